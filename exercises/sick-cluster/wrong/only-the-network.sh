# stops at: slow
AWAY=$(etcdctl endpoint health 2>&1 | grep 'is unhealthy' | grep -o '10.0.0.1[1-5]' | tail -c 2)
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl put /sick/away m$AWAY
etcdctl put /sick/slow m$AWAY
lab heal
lab disk all ok
lab wait 4s
