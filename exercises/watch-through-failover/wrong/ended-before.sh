# stops at: told
etcdctl watch /jobs/ --prefix > seen.txt &
lab wait 1s
etcdctl put /jobs/1 new
lab wait 1s
kill %1
lab kill leader
lab until leader
etcdctl put /jobs/after new
lab wait 2s
