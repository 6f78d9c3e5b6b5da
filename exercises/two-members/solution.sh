lab kill m2
etcdctl put half no
lab start m2
lab wait 7s
etcdctl member add m3 --peer-urls=http://10.0.0.13:2380
lab start m3 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-state=existing
lab wait 7s
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379,http://10.0.0.13:2379
lab kill m1
lab until leader
etcdctl put half yes
