# stops at: saved
etcdctl snapshot save backup.db
etcdutl snapshot status backup.db
