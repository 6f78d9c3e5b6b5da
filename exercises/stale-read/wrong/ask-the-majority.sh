# stops at: stale
lab partition m3
lab until leader
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put /stock/{{item}} 9
lab wait 1s
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl get /stock/{{item}} --consistency=s
lab heal
lab wait 3s
