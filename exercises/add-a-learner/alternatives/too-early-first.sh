# Promoted too early, refused, and once more. A member that does not run cannot have caught up.
etcdctl member add m4 --learner --peer-urls=http://10.0.0.14:2380 | grep ETCD_ > m4.env
etcdctl member promote $(etcdctl member list | awk -F', ' '$4 ~ /10.0.0.14/ {print $1}')
. ./m4.env
lab start m4 --initial-cluster=$ETCD_INITIAL_CLUSTER --initial-cluster-state=$ETCD_INITIAL_CLUSTER_STATE
until etcdctl member promote $(etcdctl member list | awk -F', ' '$4 ~ /10.0.0.14/ {print $1}') 2> /dev/null; do sleep 1; done
lab wait 2s
