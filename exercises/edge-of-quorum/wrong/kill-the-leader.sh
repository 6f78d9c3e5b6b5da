# stops at: edge
lab kill leader
lab until leader
lab kill follower
etcdctl put edge yes
lab start all
lab wait 3s
