# stops at: whole
LEFT=$(lab status | awk '$2 == "up" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEFT#m}:2379
etcdctl snapshot save survivor.db
etcdutl snapshot status survivor.db
lab stop $LEFT
lab start $LEFT --force-new-cluster
sleep 6
etcdctl put /restored/from $LEFT
