# stops at: slow
AWAY=$(lab status | awk '$3 ~ /candidate|follower/ && $5 == "-" {print $1}')
SLOW=$(lab status | awk '/^disk of/ {print $3}' | tr -d :)
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl put /sick/away $AWAY
for m in nobody m1 m2 m3 m4 m5 $SLOW; do if [ $m != $SLOW ]; then etcdctl put /sick/slow $m; fi; done
etcdctl put /sick/slow $SLOW
lab heal
lab disk all ok
lab wait 4s
