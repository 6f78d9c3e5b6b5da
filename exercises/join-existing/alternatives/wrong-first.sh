# First as a new cluster, which is refused; then properly.
lab start m4 --initial-cluster=m4=http://10.0.0.14:2380 --initial-cluster-state=existing
lab start m4 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380,m4=http://10.0.0.14:2380 --initial-cluster-state=existing
lab wait 5s
lab stop m4
lab wait 2s
etcdctl put spare yes
