# stops at: new-leader
lab kill leader
lab kill follower
lab wait 12s
lab start all
lab until leader
etcdctl put name Jane
