# Only one of the two is started.
LIVES=$(lab status | awk '$2 == "up" {print $1}')
DEAD=$(lab status | awk '$2 == "down" {print $1}' | head -n 1)
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LIVES#m}:2379
etcdctl put alone no
etcdctl get name
etcdctl get name --consistency=s
lab start $DEAD
lab wait 5s
etcdctl put alone yes
