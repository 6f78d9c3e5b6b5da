# The other way round, and the four are the ones with the high numbers.
lab partition m1,m2,m3 m4,m5,m6,m7
export ETCDCTL_ENDPOINTS=http://10.0.0.12:2379
etcdctl put minority "is anybody there"
export ETCDCTL_ENDPOINTS=http://10.0.0.15:2379,http://10.0.0.16:2379
etcdctl put majority "all is well"
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl put minority "anybody at all"
lab heal
lab wait 10s
