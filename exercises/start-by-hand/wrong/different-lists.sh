# stops at: three
lab start m1 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380 --initial-cluster-state=new
lab start m2 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380 --initial-cluster-state=new
lab start m3 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-state=new
lab wait 5s
etcdctl put new yes
