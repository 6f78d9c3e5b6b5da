# stops at: safe
lab stop m1
lab start m1 --force-new-cluster
lab until leader
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379
etcdctl put alone yes
