# stops at: write-fails
lab partition m1,m2,m3 m4,m5,m6
lab wait 8s
lab heal
lab until leader
etcdctl put during "not any more"
etcdctl put after heal
