# stops at: anna
etcdctl put /stock/{{item}} 0
etcdctl put /owner/{{item}} anna
etcdctl get /owner/{{item}}
