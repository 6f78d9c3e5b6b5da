# stops at: old-side
OLD=$(lab status | awk '$3 == "leader" {print $1}')
MATE=$(lab status | awk '$3 == "follower" {print $1}' | head -n 1)
NEAR=$(lab status | awk '$3 == "follower" {print $1}' | tail -n 1)
lab partition $OLD,$MATE
lab wait 6s
ETCDCTL_ENDPOINTS=http://10.0.0.1${OLD#m}:2379 etcdctl put old yes
ETCDCTL_ENDPOINTS=http://10.0.0.1${NEAR#m}:2379 etcdctl put new yes
lab heal
lab wait 6s
