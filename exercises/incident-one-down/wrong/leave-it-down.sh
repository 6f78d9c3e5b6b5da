# stops at: back
DOWN=$(lab status | awk '$2 == "down" {print $1}')
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl put /incident $DOWN
etcdctl snapshot save before.db
lab wait 5s
