# stops at: copied
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
etcdctl put /backups/revision $(etcdutl snapshot status backup.db | cut -d , -f 3 | tr -d ' ')
