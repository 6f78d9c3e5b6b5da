# The new m3 as a learner first, and the snapshot looked at.
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379
etcdctl snapshot save survivor.db
etcdutl snapshot status survivor.db
lab start m2
lab wait 8s
etcdctl put /incident/over yes
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
etcdctl member add m3 --learner --peer-urls=http://10.0.0.13:2380 > m3.txt
lab start m3 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-state=existing
lab wait 5s
etcdctl member promote $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
lab wait 3s
