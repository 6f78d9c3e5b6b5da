# The leader of the highest term has everything, once it has acknowledged a write: that takes a quorum.
leader() { etcdctl --command-timeout=2s endpoint status | awk -F', ' '$9 == "true" && $11 + 0 > term {term = $11 + 0; e = $1} END {print e}'; }
until ETCDCTL_ENDPOINTS=$(leader) etcdctl put /backups/began yes; do sleep 1; done
until [ -f backup.db ]; do
  ETCDCTL_ENDPOINTS=$(leader) timeout 5s etcdctl snapshot save backup.db || sleep 1
done
REV=$(etcdutl snapshot status backup.db | cut -d , -f 2 | tr -d ' ')
until ETCDCTL_ENDPOINTS=$(leader) etcdctl put /backups/revision "$REV"; do sleep 1; done
etcdutl snapshot restore backup.db --name m4 --initial-cluster m4=http://10.0.0.14:2380 --initial-advertise-peer-urls http://10.0.0.14:2380 --initial-cluster-token rehearsal --data-dir m4.etcd
lab start m4
export ETCDCTL_ENDPOINTS=http://10.0.0.14:2379
until etcdctl --command-timeout=2s get /shop/ --prefix; do sleep 1; done
etcdctl endpoint status -w table
