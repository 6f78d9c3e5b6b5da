# stops at: three
export ETCDCTL_ENDPOINTS=http://10.0.0.12:2379
etcdctl snapshot save last.db
etcdutl snapshot status last.db
lab stop m2
lab start m2 --force-new-cluster
lab wait 6s
etcdctl put /incident/over yes
etcdctl snapshot save first.db
etcdutl snapshot status first.db
