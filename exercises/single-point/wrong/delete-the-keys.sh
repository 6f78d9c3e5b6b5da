# stops at: lost
lab kill m1
etcdctl put /registry/pods/web-2 running
lab start m1
lab wait 4s
etcdctl put /registry/pods/web-2 running
etcdctl del /registry --prefix
lab stop m1
lab start m1
lab wait 4s
