# stops at: proposed
OLD=$(lab status | awk '$3 == "leader" {print $1}')
lab partition leader
lab wait 4s
ETCDCTL_ENDPOINTS=http://10.0.0.1${OLD#m}:2379 etcdctl put ghost here
lab heal
lab wait 4s
etcdctl put real yes
