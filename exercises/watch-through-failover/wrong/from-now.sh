# stops at: before
etcdctl watch /jobs/ --prefix > seen.txt &
lab wait 1s
etcdctl put /jobs/1 new
lab kill leader
lab until leader
etcdctl put /jobs/after new
lab wait 2s
timeout 2s etcdctl watch /jobs/ --prefix
