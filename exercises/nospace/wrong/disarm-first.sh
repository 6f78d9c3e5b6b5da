# stops at: compacted
etcdctl alarm disarm
etcdctl put room yes
