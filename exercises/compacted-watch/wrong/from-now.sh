# stops at: refused
timeout 1s etcdctl watch /jobs/ --prefix
etcdctl get /jobs/ --prefix
etcdctl watch /jobs/ --prefix --rev=10 > seen.txt &
etcdctl put /jobs/9 new
lab wait 1s
