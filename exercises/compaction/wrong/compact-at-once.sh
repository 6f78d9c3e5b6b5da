# stops at: read-old
etcdctl compaction 11
