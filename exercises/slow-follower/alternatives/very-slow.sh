# Slower, with fewer writes.
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
lab disk follower slow 2s
for i in $(seq 60); do etcdctl put key$i $i > /dev/null; done
lab status
lab disk all ok
lab wait 6s
