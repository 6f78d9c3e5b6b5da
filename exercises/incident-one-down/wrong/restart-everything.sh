# stops at: named
lab stop all
lab start all
lab wait 5s
etcdctl put /incident m1
