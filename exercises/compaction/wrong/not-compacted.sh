# stops at: compacted
etcdctl get config --rev=4
etcdctl defrag
etcdctl get config --rev=4
etcdctl get config
