# stops at: removed
lab start m3
lab wait 6s
etcdctl get /orders --prefix
