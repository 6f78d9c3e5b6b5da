ETCDCTL_ENDPOINTS=http://10.0.0.13:2379 etcdctl lock --ttl=5 job -- sh work.sh first 40 > first.txt &
lab wait 1s
lab partition m3
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379 etcdctl lock --ttl=5 job -- sh work.sh second 3
cat first.txt
lab wait 20s
lab heal
lab wait 60s
cat first.txt
etcdctl get result
