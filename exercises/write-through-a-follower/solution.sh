lab status
FOLLOWER=$(lab status | awk '$3 == "follower" {print $1}' | head -n 1)
ETCDCTL_ENDPOINTS=http://10.0.0.1${FOLLOWER#m}:2379 etcdctl put through follower
for i in 1 2 3; do ETCDCTL_ENDPOINTS=http://10.0.0.1$i:2379 etcdctl get through; done
