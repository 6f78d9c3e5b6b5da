# stops at: everywhere
FOLLOWER=$(lab status | awk '$3 == "follower" {print $1}' | head -n 1)
ETCDCTL_ENDPOINTS=http://10.0.0.1${FOLLOWER#m}:2379 etcdctl put through follower
ETCDCTL_ENDPOINTS=http://10.0.0.1${FOLLOWER#m}:2379 etcdctl get through
etcdctl endpoint status
