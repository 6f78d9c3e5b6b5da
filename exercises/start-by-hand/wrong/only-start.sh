# stops at: three
lab start m1
lab start m2
lab start m3
lab wait 5s
etcdctl put new yes
