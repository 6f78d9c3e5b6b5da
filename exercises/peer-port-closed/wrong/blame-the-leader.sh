# stops at: found
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379 etcdctl put /closed $LEADER
lab firewall $LEADER 2380 accept
lab wait 8s
