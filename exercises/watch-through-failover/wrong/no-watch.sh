# stops at: watching
etcdctl put /jobs/1 new
lab kill leader
lab until leader
etcdctl put /jobs/after new
etcdctl get /jobs/ --prefix
