# stops at: saved
sleep 3
AWAY=$(lab status | awk '$3 ~ /candidate|follower/ && $5 == "-" {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${AWAY#m}:2379 etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
