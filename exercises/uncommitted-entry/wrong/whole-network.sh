# stops at: proposed
etcdctl put ghost here
etcdctl del ghost
etcdctl put real yes
lab wait 2s
