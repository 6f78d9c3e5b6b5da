# With a shorter patience.
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl --command-timeout=2s --dial-timeout=1s put /through/m2 1
etcdctl put /through/m1 1
lab wait 1s
lab firewall m2 2379 accept
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl put /through/m2 2
