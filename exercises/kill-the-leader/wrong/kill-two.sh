# stops at: new-leader
lab kill leader
lab kill follower
lab wait 12s
etcdctl put name Jane
