# stops at: named
lab disk all ok
lab load --writes 60
etcdctl put /incident m1
