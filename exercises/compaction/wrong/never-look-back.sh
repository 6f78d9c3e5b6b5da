# stops at: gone
etcdctl get config --rev=4
etcdctl compaction 11
etcdctl get config
