# stops at: saved
touch backup.db
echo snapshot > backup.db
etcdutl snapshot status backup.db
