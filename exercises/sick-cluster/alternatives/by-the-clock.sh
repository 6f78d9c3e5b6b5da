# The lab's own status knows as well.
lab status
AWAY=$(lab status | awk '$3 ~ /candidate|follower/ && $5 == "-" {print $1}')
SLOW=$(lab status | awk '/^disk of/ {print $3}' | tr -d :)
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl put /sick/slow $SLOW
etcdctl put /sick/away $AWAY
lab heal
lab disk all ok
lab wait 6s
