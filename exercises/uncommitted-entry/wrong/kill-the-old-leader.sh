# stops at: rolled-back
OLD=$(lab status | awk '$3 == "leader" {print $1}')
lab partition leader
ETCDCTL_ENDPOINTS=http://10.0.0.1${OLD#m}:2379 etcdctl put ghost here
lab until leader
NEW=$(lab status | awk '$3 == "leader" {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${NEW#m}:2379 etcdctl put real yes
lab kill $OLD
lab wait 4s
