# stops at: restored
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
lab stop all
lab wipe all
lab start all
lab wait 5s
etcdctl put /shop/apples 12
etcdctl put /shop/plums 28
etcdctl put /shop/open yes
