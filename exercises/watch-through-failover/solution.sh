etcdctl watch /jobs/ --prefix > seen.txt &
lab wait 1s
etcdctl put /jobs/1 new
lab wait 1s
lab kill leader
lab until leader
etcdctl put /jobs/after new
lab wait 2s
cat seen.txt
timeout 2s etcdctl watch /jobs/ --prefix --rev=1
