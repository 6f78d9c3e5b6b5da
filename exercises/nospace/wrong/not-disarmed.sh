# stops at: disarmed
REV=$(etcdctl endpoint status -w fields | awk '/"Revision"/ {print $3}' | sort -n | head -n 1)
etcdctl compaction $REV
etcdctl defrag
etcdctl put room yes
