# stops at: lost
ETCDCTL_ENDPOINTS=http://10.0.0.13:2379 etcdctl lock --ttl=5 job -- sh work.sh other 40 > first.txt &
lab wait 1s
etcdctl lock --ttl=5 job -- sh work.sh second 3
lab wait 20s
