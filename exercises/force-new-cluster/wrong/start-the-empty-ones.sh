# stops at: alone
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl snapshot save survivor.db
lab start m2
lab start m3
lab wait 5s
etcdctl put alone yes
