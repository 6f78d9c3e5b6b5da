# The write is tried at once, then again, and the first write after healing comes too early.
lab partition m4,m5,m6 m1,m2,m3
etcdctl put during 1
etcdctl put during 2
lab heal
etcdctl put after 1
lab until leader
etcdctl put after 2
