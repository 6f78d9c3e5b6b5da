# A cluster of one, which grows.
export ETCDCTL_ENDPOINTS=http://10.0.0.12:2379
etcdctl snapshot save last.db
etcdutl snapshot status last.db
lab stop m2
lab start m2 --force-new-cluster
lab wait 6s
etcdctl member add m1 --peer-urls=http://10.0.0.11:2380 > m1.txt
lab start m1 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380 --initial-cluster-state=existing
until etcdctl member add m3 --peer-urls=http://10.0.0.13:2380 > m3.txt 2> /dev/null; do sleep 2; done
lab wait 1s
lab start m3 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-state=existing
lab wait 6s
etcdctl put /incident/over yes
etcdctl snapshot save first.db
etcdutl snapshot status first.db
