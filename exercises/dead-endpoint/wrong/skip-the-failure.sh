# stops at: alone
etcdctl put /try 1
