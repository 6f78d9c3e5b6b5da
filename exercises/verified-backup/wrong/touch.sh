# stops at: saved
echo backup > backup.db
etcdutl snapshot status backup.db
