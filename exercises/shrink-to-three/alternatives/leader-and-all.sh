# A leader that is removed goes as well; the others elect.
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379,http://10.0.0.13:2379
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m5" {print $1}')
lab wait 8s
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m4" {print $1}')
lab wait 8s
etcdctl member list
lab stop m3
lab wait 5s
etcdctl put three yes
