# stops at: split
lab kill m1
lab kill m2
lab kill m3
lab wait 8s
etcdctl put during split
lab start all
lab wait 4s
etcdctl put after heal
