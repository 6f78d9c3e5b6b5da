# stops at: asked
OLD=$(lab status | awk '$3 == "leader" {print $1}')
lab partition leader
ETCDCTL_ENDPOINTS=http://10.0.0.1${OLD#m}:2379 etcdctl put /payments/1 paid
lab heal
lab wait 4s
