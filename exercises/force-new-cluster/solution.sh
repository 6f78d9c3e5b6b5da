export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379
etcdctl snapshot save survivor.db
lab stop m1
lab start m1 --force-new-cluster
lab until leader
etcdctl put alone yes
etcdctl member add m2 --peer-urls=http://10.0.0.12:2380
lab start m2 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380 --initial-cluster-state=existing
lab wait 8s
etcdctl member add m3 --peer-urls=http://10.0.0.13:2380
lab start m3 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-state=existing
lab wait 5s
etcdctl get /orders --prefix
