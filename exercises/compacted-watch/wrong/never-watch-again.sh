# stops at: resumed
timeout 2s etcdctl watch /jobs/ --prefix --rev=3
etcdctl get /jobs/ --prefix
etcdctl put /jobs/9 new
etcdctl get /jobs/9
