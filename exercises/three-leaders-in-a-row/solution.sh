lab kill leader
lab until leader
etcdctl put one 1
lab kill leader
lab until leader
etcdctl put two 2
lab kill leader
lab until leader
etcdctl put three 3
