# stops at: written
REV=$(etcdctl endpoint status -w fields | awk '/"Revision"/ {print $3}' | sort -n | head -n 1)
etcdctl compaction $REV
etcdctl defrag
etcdctl alarm disarm
etcdctl get load/1 > /dev/null
