export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key
etcdctl endpoint health
ODD=m$(etcdctl endpoint health 2>&1 | grep 'is unhealthy' | grep -o '10.0.0.1[1-3]' | tail -c 2)
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
ETCDCTL_ENDPOINTS=https://10.0.0.1${LEADER#m}:2379 etcdctl put /tls/odd $ODD
lab stop $ODD
lab start $ODD --peer-cert-file=certs/peer.crt --peer-key-file=certs/peer.key
lab wait 6s
etcdctl put /tls/mended yes
lab wait 1s
