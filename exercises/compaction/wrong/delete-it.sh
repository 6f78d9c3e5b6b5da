# stops at: kept
etcdctl get config --rev=4
etcdctl del config
etcdctl compaction 12
etcdctl get config --rev=4
etcdctl get config
