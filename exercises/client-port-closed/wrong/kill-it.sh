# stops at: alive
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl put /through/m2 1
lab kill m2
lab until leader
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put /through/m1 1
