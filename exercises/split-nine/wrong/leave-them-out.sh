# stops at: whole
lab partition m1,m2,m3 m4,m5,m6 m7,m8,m9
lab wait 8s
etcdctl put during split
lab partition m1,m2,m3,m4,m5,m6 m7,m8,m9
lab wait 5s
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put two-thirds yes
lab wait 3s
