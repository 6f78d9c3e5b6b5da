lab kill m1
etcdctl put /registry/pods/web-2 running
lab start m1
lab until leader
etcdctl put /registry/pods/web-2 running
lab stop m1
lab wipe m1
lab start m1
lab until leader
etcdctl get /registry --prefix
