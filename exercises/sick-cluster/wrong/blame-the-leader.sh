# stops at: away
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl put /sick/away $LEADER
etcdctl put /sick/slow $LEADER
lab heal
lab disk all ok
lab wait 4s
