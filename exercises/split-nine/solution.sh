lab partition m1,m2,m3 m4,m5,m6 m7,m8,m9
lab until 'not leaders'
lab wait 4s
etcdctl put during split
lab partition m1,m2,m3,m4,m5,m6 m7,m8,m9
lab until leader
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl put two-thirds yes
lab heal
lab wait 5s
