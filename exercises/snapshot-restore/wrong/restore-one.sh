# stops at: restored
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
lab stop all
lab wipe all
etcdutl snapshot restore backup.db --name m1 --initial-cluster m1=http://10.0.0.11:2380 --initial-advertise-peer-urls http://10.0.0.11:2380 --data-dir m1.etcd
lab start m1
lab wait 5s
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put /shop/open yes
