# stops at: several
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put /try 1
lab start m1
lab wait 3s
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put /try 1
