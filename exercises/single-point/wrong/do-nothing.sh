# stops at: down
etcdctl put /registry/pods/web-2 running
