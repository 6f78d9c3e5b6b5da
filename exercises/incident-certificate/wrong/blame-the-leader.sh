# stops at: named
export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
ETCDCTL_ENDPOINTS=https://10.0.0.1${LEADER#m}:2379 etcdctl put /incident $LEADER
lab wait 3s
