etcdctl endpoint status -w table
LEADER=$(etcdctl endpoint status 2> /dev/null | awk -F', ' '$9 == "true" {print $1}' | head -n 1)
export ETCDCTL_ENDPOINTS=$LEADER
etcdctl snapshot save backup.db
etcdutl snapshot status backup.db -w table
etcdctl put /backups/revision $(etcdutl snapshot status backup.db -w json | grep -o '"revision":[0-9]*' | cut -d : -f 2)
