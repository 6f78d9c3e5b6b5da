# A list without m1 is as good today.
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl --command-timeout=2s put /try 1
ETCDCTL_ENDPOINTS=http://10.0.0.13:2379 etcdctl put /try 2
