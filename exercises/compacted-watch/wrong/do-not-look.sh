# stops at: listed
timeout 2s etcdctl watch /jobs/ --prefix --rev=3
etcdctl watch /jobs/ --prefix --rev=10 > seen.txt &
etcdctl put /jobs/9 new
lab wait 1s
