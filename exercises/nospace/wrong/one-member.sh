# stops at: defragmented
REV=$(etcdctl endpoint status -w fields | awk '/"Revision"/ {print $3}' | sort -n | head -n 1)
etcdctl compaction $REV
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl defrag
etcdctl alarm disarm
etcdctl put room yes
