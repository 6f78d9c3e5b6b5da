# A graceful stop is an outage as well.
lab stop m1
etcdctl put /registry/pods/web-2 running
lab start m1
lab wait 5s
etcdctl get /registry --prefix
etcdctl put /registry/pods/web-2 pending
lab kill m1
lab wipe m1
lab start m1
lab wait 5s
