etcdctl member add m4 --learner --peer-urls=http://10.0.0.14:2380 | grep ETCD_ > m4.env
. ./m4.env
lab start m4 --initial-cluster=$ETCD_INITIAL_CLUSTER --initial-cluster-state=existing
lab wait 4s
etcdctl member promote $(etcdctl member list | awk -F', ' '$3 == "m4" {print $1}')
lab wait 6s
etcdctl member add m5 --learner --peer-urls=http://10.0.0.15:2380 | grep ETCD_ > m5.env
. ./m5.env
lab start m5 --initial-cluster=$ETCD_INITIAL_CLUSTER --initial-cluster-state=existing
lab wait 4s
etcdctl member promote $(etcdctl member list | awk -F', ' '$3 == "m5" {print $1}')
lab wait 2s
lab kill m1 m2
lab until leader
etcdctl put five yes
