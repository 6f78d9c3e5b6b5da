# stops at: three
lab kill m2
etcdctl put half no
lab start m2
lab wait 3s
etcdctl put half yes
