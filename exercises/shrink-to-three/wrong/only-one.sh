# stops at: three
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379,http://10.0.0.13:2379
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m5" {print $1}')
lab wait 8s
lab kill m1
lab until leader
etcdctl put three yes
