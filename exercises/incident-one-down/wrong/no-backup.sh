# stops at: backup
DOWN=$(lab status | awk '$2 == "down" {print $1}')
etcdctl put /incident $DOWN
lab start $DOWN
lab wait 5s
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl snapshot save before.db
