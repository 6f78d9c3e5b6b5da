# Restored as a cluster with a token of its own, so that no member of the old one can join it by mistake.
export ETCDCTL_ENDPOINTS=http://10.0.0.13:2379
etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
unset ETCDCTL_ENDPOINTS
lab kill m1
lab kill m2
lab kill m3
lab wipe m1
lab wipe m2
lab wipe m3
etcdutl snapshot restore backup.db --name m3 --initial-cluster m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-token shop-2 --initial-advertise-peer-urls http://10.0.0.13:2380 --data-dir m3.etcd
etcdutl snapshot restore backup.db --name m2 --initial-cluster m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-token shop-2 --initial-advertise-peer-urls http://10.0.0.12:2380 --data-dir m2.etcd
etcdutl snapshot restore backup.db --name m1 --initial-cluster m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-token shop-2 --initial-advertise-peer-urls http://10.0.0.11:2380 --data-dir m1.etcd
lab start all
lab wait 5s
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl put /shop/open yes
