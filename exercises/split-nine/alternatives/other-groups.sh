# Which three belong together does not matter, nor which group stays out.
lab partition m1,m4,m7 m2,m5,m8 m3,m6,m9
lab wait 8s
ETCDCTL_ENDPOINTS=http://10.0.0.19:2379 etcdctl put during split
lab partition m2,m5,m8,m3,m6,m9
lab wait 6s
ETCDCTL_ENDPOINTS=http://10.0.0.19:2379 etcdctl put two-thirds yes
lab heal
lab wait 6s
