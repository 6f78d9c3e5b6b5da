lab wait 6s
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
lab wipe m3
lab wait 1s
etcdctl member add m3 --peer-urls=http://10.0.0.13:2380
lab start m3 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-state=existing
lab wait 5s
etcdctl member list
