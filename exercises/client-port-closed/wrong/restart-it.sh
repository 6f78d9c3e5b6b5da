# stops at: open
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl put /through/m2 1
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put /through/m1 1
lab stop m2
lab start m2
lab wait 3s
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl put /through/m2 2
