# stops at: two-down
etcdctl member add m4 --peer-urls=http://10.0.0.14:2380 > m4.txt
lab start m4 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380,m4=http://10.0.0.14:2380 --initial-cluster-state=existing
lab wait 8s
etcdctl member add m5 --peer-urls=http://10.0.0.15:2380 > m5.txt
lab start m5 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380,m4=http://10.0.0.14:2380,m5=http://10.0.0.15:2380 --initial-cluster-state=existing
lab wait 6s
etcdctl put five yes
