# stops at: open
SICK=$(etcdctl endpoint health 2>&1 | grep 'is unhealthy' | grep -o '10.0.0.1[1-3]' | tail -c 2)
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379 etcdctl put /closed m$SICK
lab stop m$SICK
lab start m$SICK
lab wait 8s
