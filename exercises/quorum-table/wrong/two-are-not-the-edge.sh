# stops at: edge
lab kill follower
lab kill follower
etcdctl put edge 5
lab start all
