# stops at: lost
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
lab stop m1
lab wipe m1
lab start m1
lab wait 5s
etcdctl put /shop/open yes
