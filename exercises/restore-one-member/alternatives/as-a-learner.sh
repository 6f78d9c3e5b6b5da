# Looked at first, and back as a learner before it votes.
lab start m3
lab logs m3 -n 3
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379
lab wait 6s
lab wipe m3
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
etcdctl member add m3 --learner --peer-urls=http://10.0.0.13:2380
lab start m3 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-state=existing
lab wait 6s
etcdctl member promote $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
lab wait 2s
