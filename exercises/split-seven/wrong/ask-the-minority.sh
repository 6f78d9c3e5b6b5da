# stops at: majority
lab partition m1,m2,m3,m4 m5,m6,m7
lab wait 4s
ETCDCTL_ENDPOINTS=http://10.0.0.17:2379 etcdctl put majority yes
ETCDCTL_ENDPOINTS=http://10.0.0.17:2379 etcdctl put minority yes
lab heal
lab wait 5s
