# stops at: recovered
etcdctl put after "long before"
lab partition m1,m2,m3 m4,m5,m6
lab wait 8s
etcdctl put during split
lab heal
lab wait 4s
