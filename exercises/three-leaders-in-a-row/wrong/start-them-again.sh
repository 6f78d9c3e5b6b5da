# stops at: two
lab kill leader
lab until leader
etcdctl put one 1
lab start all
lab wait 2s
lab kill leader
lab until leader
etcdctl put two 2
lab start all
lab wait 2s
lab kill leader
lab until leader
etcdctl put three 3
