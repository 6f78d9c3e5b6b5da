# The new one without a vote at first, which is safer still.
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379
lab wait 8s
etcdctl get /orders --prefix
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
etcdctl member add m4 --peer-urls=http://10.0.0.14:2380 --learner | grep ETCD_ > m4.env
. ./m4.env
lab start m4 --initial-cluster=$ETCD_INITIAL_CLUSTER --initial-cluster-state=$ETCD_INITIAL_CLUSTER_STATE
lab wait 4s
etcdctl member promote $(etcdctl member list | awk -F', ' '$3 == "m4" {print $1}')
lab wait 5s
