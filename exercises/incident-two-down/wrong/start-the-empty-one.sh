# stops at: replaced
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl snapshot save survivor.db
lab start m2
lab until leader
etcdctl put /incident/over yes
lab start m3
lab wait 6s
