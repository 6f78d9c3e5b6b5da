# stops at: saved
BEHIND=$(lab status | awk -F'  +' '/^m[123]/ {print $8, $1}' | sort -n | head -n 1 | cut -d ' ' -f 2)
ETCDCTL_ENDPOINTS=http://10.0.0.1${BEHIND#m}:2379 timeout 5s etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
etcdctl put /backups/revision "$(etcdutl snapshot status backup.db | cut -d , -f 2 | tr -d ' ')"
etcdutl snapshot restore backup.db --name m4 --initial-cluster m4=http://10.0.0.14:2380 --initial-advertise-peer-urls http://10.0.0.14:2380 --data-dir m4.etcd
lab start m4
sleep 3
ETCDCTL_ENDPOINTS=http://10.0.0.14:2379 etcdctl get /shop/open
