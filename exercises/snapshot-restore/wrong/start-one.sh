# stops at: open-again
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
lab stop all
lab wipe all
for i in 1 2 3; do
  etcdutl snapshot restore backup.db --name m$i --initial-cluster m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-advertise-peer-urls http://10.0.0.1$i:2380 --data-dir m$i.etcd
done
lab start m1
lab wait 5s
etcdctl put /shop/open yes
