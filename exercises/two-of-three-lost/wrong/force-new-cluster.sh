# stops at: back
LIVES=$(lab status | awk '$2 == "up" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LIVES#m}:2379
etcdctl put alone no
etcdctl get name --consistency=s
lab stop $LIVES
lab start $LIVES --force-new-cluster
lab wait 5s
etcdctl put alone yes
