# With more time everywhere.
ETCDCTL_ENDPOINTS=http://10.0.0.13:2379 etcdctl lock --ttl=5 job -- sh work.sh first 40 &
sleep 2
lab partition m3
sleep 15
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379
etcdctl lock --ttl=10 job -- sh work.sh second 1
lab heal
sleep 80
