# m1 cut off, and the questions in a detour.
lab partition m2,m3
lab wait 4s
export ETCDCTL_ENDPOINTS=http://10.0.0.12:2379,http://10.0.0.13:2379
etcdctl put /stock/{{item}} 9
etcdctl get /stock/{{item}} --consistency=s
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379
etcdctl get /stock/{{item}} --consistency=s
etcdctl get /stock/{{item}} --consistency=l
lab heal
lab wait 8s
