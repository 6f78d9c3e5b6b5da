# stops at: split
lab partition m1,m2 m3,m4 m5
lab wait 10s
lab heal
lab wait 8s
etcdctl put calm yes
