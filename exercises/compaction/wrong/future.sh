# stops at: compacted
etcdctl get config --rev=4
etcdctl compaction 100
etcdctl get config --rev=100
etcdctl get config
