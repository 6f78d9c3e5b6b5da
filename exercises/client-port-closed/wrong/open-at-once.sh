# stops at: seen
lab firewall m2 2379 accept
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl put /through/m2 1
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put /through/m1 1
