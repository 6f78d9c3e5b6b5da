# Several keys, and a follower that goes as well.
etcdctl watch /jobs/ --prefix --rev=1 > seen.txt &
sleep 1
for i in 1 2 3; do etcdctl put /jobs/$i $i; done
lab pause leader
lab wait 6s
etcdctl put /jobs/after 4
sleep 3
timeout 3s etcdctl watch /jobs/ --prefix --rev=2
kill %1
