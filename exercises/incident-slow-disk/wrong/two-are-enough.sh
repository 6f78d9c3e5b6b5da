# stops at: three
SLOW=$(lab status | awk '/^disk of/ {print $3}' | tr -d :)
etcdctl put /incident $SLOW
etcdctl move-leader $(etcdctl endpoint status | awk -F', ' '$9 == "false" {print $2}' | head -n 1)
lab wait 1s
lab load --writes 60
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379 etcdctl member remove $(etcdctl member list | awk -F', ' -v m=$SLOW '$3 == m {print $1}')
lab wait 6s
