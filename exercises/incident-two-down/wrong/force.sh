# stops at: quorum
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379
etcdctl snapshot save survivor.db
lab stop m1
lab start m1 --force-new-cluster
lab until leader
etcdctl put /incident/over yes
