# stops at: saved
BEST=$(lab status | awk -F'  +' '$3 == "leader" && $2 == "up" {print $8, $1}' | sort -n | tail -n 1 | cut -d ' ' -f 2)
export ETCDCTL_ENDPOINTS=http://10.0.0.1${BEST#m}:2379
etcdctl snapshot save backup.db
ls -l backup.db
etcdctl put /backups/revision "$(etcdctl get /shop/open -w fields | awk '/^"Revision"/ {print $3}')"
