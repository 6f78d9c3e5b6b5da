# stops at: one
lab kill follower
etcdctl put one 1
lab kill follower
etcdctl put two 2
lab kill follower
etcdctl put three 3
