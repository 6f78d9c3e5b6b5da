# stops at: leader-down
lab kill follower
lab wait 3s
etcdctl put name Jane
