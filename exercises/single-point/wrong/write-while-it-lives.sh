# stops at: refused
lab kill m1
lab start m1
lab wait 4s
etcdctl put /registry/pods/web-2 running
lab stop m1
lab wipe m1
lab start m1
lab wait 4s
