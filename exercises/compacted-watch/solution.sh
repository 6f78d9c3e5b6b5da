timeout 2s etcdctl watch /jobs/ --prefix --rev=3
etcdctl get /jobs/ --prefix -w fields | grep Revision
etcdctl watch /jobs/ --prefix --rev=10 > seen.txt &
etcdctl put /jobs/9 new
lab wait 1s
cat seen.txt
