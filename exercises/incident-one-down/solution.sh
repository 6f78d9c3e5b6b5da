etcdctl endpoint health
DOWN=m$(etcdctl endpoint health 2>&1 | grep 'is unhealthy' | grep -o '10.0.0.1[1-3]' | tail -c 2)
etcdctl put /incident $DOWN
LEADER=$(etcdctl endpoint status 2> /dev/null | awk -F', ' '$9 == "true" {print $1}')
ETCDCTL_ENDPOINTS=$LEADER etcdctl snapshot save before.db
lab start $DOWN
lab wait 5s
etcdctl endpoint status
