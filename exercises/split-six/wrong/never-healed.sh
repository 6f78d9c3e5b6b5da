# stops at: recovered
lab partition m1,m2,m3 m4,m5,m6
lab wait 8s
etcdctl put during split
etcdctl put after heal
