ALL=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380
for m in m1 m2 m3; do lab start $m --initial-cluster=$ALL --initial-cluster-state=new; done
lab until leader
lab wait 2s
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379,http://10.0.0.13:2379
etcdctl put new yes
lab wait 1s
lab kill m3
lab until leader
etcdctl put proven yes
