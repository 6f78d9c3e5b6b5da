# stops at: split
lab kill leader
lab until leader
lab wait 6s
etcdctl put calm yes
