# stops at: one
lab kill m1 m2 m3 m4
lab wait 6s
etcdctl put one 1
