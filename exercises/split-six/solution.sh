lab partition m1,m2,m3 m4,m5,m6
lab until 'not leaders'
lab wait 5s
etcdctl put during split
lab heal
lab until leader
etcdctl put after heal
