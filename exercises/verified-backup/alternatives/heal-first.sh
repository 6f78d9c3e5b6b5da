# With the network mended first, any of them will do.
lab heal
lab wait 4s
ETCDCTL_ENDPOINTS=http://10.0.0.13:2379 etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
etcdctl put /backups/revision $(etcdutl snapshot status backup.db | cut -d , -f 2 | tr -d ' ')
