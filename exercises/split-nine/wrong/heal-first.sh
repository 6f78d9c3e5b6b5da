# stops at: refused
lab partition m1,m2,m3 m4,m5,m6 m7,m8,m9
lab wait 8s
lab heal
lab until leader
etcdctl put during "not any more"
etcdctl put two-thirds yes
