# stops at: whole
lab partition m3
lab until leader
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put /stock/{{item}} 9
ETCDCTL_ENDPOINTS=http://10.0.0.13:2379 etcdctl get /stock/{{item}} --consistency=s
ETCDCTL_ENDPOINTS=http://10.0.0.13:2379 etcdctl get /stock/{{item}}
