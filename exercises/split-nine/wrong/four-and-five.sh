# stops at: split
lab partition m1,m2,m3,m4 m5,m6,m7,m8,m9
lab wait 8s
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put during split
lab heal
lab wait 4s
etcdctl put two-thirds yes
