# stops at: down
etcdctl put half yes
