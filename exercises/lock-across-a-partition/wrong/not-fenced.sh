# stops at: fenced
ETCDCTL_ENDPOINTS=http://10.0.0.13:2379 etcdctl lock --ttl=5 job -- sh -c 'sleep 40; etcdctl put result first' > first.txt &
lab wait 1s
lab partition m3
ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379 etcdctl lock --ttl=5 job -- sh work.sh second 3
lab heal
lab wait 2s
etcdctl put result first
lab wait 60s
