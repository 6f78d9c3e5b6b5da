# stops at: refused
lab kill m2
lab start m2
lab wait 3s
etcdctl put half yes
