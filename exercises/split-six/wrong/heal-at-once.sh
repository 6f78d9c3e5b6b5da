# stops at: nobody-leads
lab partition m1,m2,m3 m4,m5,m6
lab wait 2s
lab heal
lab wait 4s
etcdctl put during split
etcdctl put after heal
