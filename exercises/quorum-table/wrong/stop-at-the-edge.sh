# stops at: over
lab kill follower
lab kill follower
lab kill follower
lab until leader
etcdctl put edge 4
etcdctl put over 4
lab start all
lab wait 5s
