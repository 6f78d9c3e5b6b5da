# The same machine with a new disk, added again.
SLOW=$(lab status | awk '/^disk of/ {print $3}' | tr -d :)
etcdctl put /incident $SLOW
HEIR=$(lab status | awk '$3 == "follower" {print $1}' | tail -n 1)
etcdctl move-leader $(etcdctl member list | awk -F', ' -v m=$HEIR '$3 == m {print $1}')
lab wait 2s
lab load --writes 60 --clients 4
export ETCDCTL_ENDPOINTS=http://10.0.0.1${HEIR#m}:2379
etcdctl member remove $(etcdctl member list | awk -F', ' -v m=$SLOW '$3 == m {print $1}')
lab wait 6s
lab stop $SLOW
lab wipe $SLOW
lab disk $SLOW ok
etcdctl member add $SLOW --peer-urls=http://10.0.0.1${SLOW#m}:2380 | grep ETCD_ > new.env
. ./new.env
lab start $SLOW --initial-cluster=$ETCD_INITIAL_CLUSTER --initial-cluster-state=existing
lab wait 8s
