# One member first, and the others added to it.
lab start m1
lab wait 7s
etcdctl member add m2 --peer-urls=http://10.0.0.12:2380 > m2.txt
lab start m2 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380 --initial-cluster-state=existing
lab wait 8s
etcdctl member add m3 --peer-urls=http://10.0.0.13:2380 > m3.txt
lab start m3 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-state=existing
lab wait 5s
etcdctl put new yes
lab wait 1s
lab stop m2
lab wait 3s
etcdctl put proven yes
