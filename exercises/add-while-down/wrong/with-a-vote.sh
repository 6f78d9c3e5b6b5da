# stops at: learner
lab wait 6s
etcdctl member add m4 --peer-urls=http://10.0.0.14:2380
lab start m2
lab wait 7s
etcdctl member add m4 --peer-urls=http://10.0.0.14:2380
lab start m4 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380,m4=http://10.0.0.14:2380 --initial-cluster-state=existing
lab wait 5s
