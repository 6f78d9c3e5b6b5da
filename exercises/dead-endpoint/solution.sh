ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put /try 1
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379,http://10.0.0.13:2379 etcdctl put /try 1
