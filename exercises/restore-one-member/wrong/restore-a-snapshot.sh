# stops at: back
lab wait 6s
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
lab wipe m3
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl snapshot save one.db
etcdutl snapshot restore one.db --name m3 --initial-cluster m3=http://10.0.0.13:2380 --initial-advertise-peer-urls http://10.0.0.13:2380 --data-dir m3.etcd
lab start m3
lab wait 6s
