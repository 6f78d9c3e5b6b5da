# stops at: back
lab kill m1
etcdctl put /registry/pods/web-2 running
lab wipe m1
lab start m1
lab wait 5s
etcdctl put /registry/pods/web-2 running
