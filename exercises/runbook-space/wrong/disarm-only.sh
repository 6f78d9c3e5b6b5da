# stops at: compacted
etcdctl alarm disarm
sleep 5
etcdctl alarm disarm
