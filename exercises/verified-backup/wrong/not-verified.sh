# stops at: verified
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl snapshot save backup.db
ls -l backup.db
etcdctl put /backups/revision $(etcdctl get / -w fields | awk '/^"Revision"/ {print $3}')
