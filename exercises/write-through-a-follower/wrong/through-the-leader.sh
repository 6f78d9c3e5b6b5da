# stops at: written
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379 etcdctl put through leader
for i in 1 2 3; do ETCDCTL_ENDPOINTS=http://10.0.0.1$i:2379 etcdctl get through; done
