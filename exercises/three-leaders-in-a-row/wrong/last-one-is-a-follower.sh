# stops at: three
lab kill leader
lab until leader
etcdctl put one 1
lab kill leader
lab until leader
etcdctl put two 2
lab kill follower
lab wait 4s
etcdctl put three 3
