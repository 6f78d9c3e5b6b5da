# stops at: failover
etcdctl watch /jobs/ --prefix > seen.txt &
lab wait 1s
etcdctl put /jobs/1 new
etcdctl put /jobs/after new
lab wait 1s
timeout 2s etcdctl watch /jobs/ --prefix --rev=1
