# stops at: well
AWAY=$(lab status | awk '$3 ~ /candidate|follower/ && $5 == "-" {print $1}')
SLOW=$(lab status | awk '/^disk of/ {print $3}' | tr -d :)
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl put /sick/slow $SLOW
etcdctl put /sick/away $AWAY
lab heal
lab wait 4s
