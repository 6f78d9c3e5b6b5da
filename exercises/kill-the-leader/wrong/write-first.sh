# stops at: write
etcdctl put name Jane
lab kill leader
lab wait 4s
etcdctl get name
