# stops at: proven
export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key
ODD=m$(etcdctl endpoint health 2>&1 | grep 'is unhealthy' | grep -o '10.0.0.1[1-3]' | tail -c 2)
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
ETCDCTL_ENDPOINTS=https://10.0.0.1${LEADER#m}:2379 etcdctl put /incident $ODD
cp certs/peer.crt certs/peer-tonight.crt; cp certs/peer.key certs/peer-tonight.key
lab wait 12s
etcdctl put /incident/over yes
lab wait 2s
