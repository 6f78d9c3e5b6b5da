# stops at: whole
WRONG=m$(etcdctl endpoint health 2>&1 | grep 'is unhealthy' | grep -o '10.0.0.1[1-5]' | head -n 1 | tail -c 2)
RIGHT=$(etcdctl endpoint health 2> /dev/null | grep 'is healthy' | cut -d ' ' -f 1 | head -n 1)
export ETCDCTL_ENDPOINTS=$RIGHT
etcdctl put /incident/side majority
etcdctl put /incident/minority $WRONG
lab stop $WRONG
lab start $WRONG
lab heal
lab wait 6s
