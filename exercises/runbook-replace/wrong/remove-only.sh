# stops at: well
sleep 10
GONE=$(lab status | awk '$2 == "down" && $1 != "m4" {print $1}')
export ETCDCTL_ENDPOINTS=$(for m in m1 m2 m3; do [ $m = $GONE ] || echo http://10.0.0.1${m#m}:2379; done | tr '\n' ',' | sed 's/,$//')
etcdctl member remove $(etcdctl member list | awk -F', ' -v n=$GONE '$3 == n {print $1}')
sleep 8
