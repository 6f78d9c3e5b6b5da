# stops at: moved-on
etcdctl put /stock/{{item}} 9
etcdctl get /stock/{{item}} --consistency=s
