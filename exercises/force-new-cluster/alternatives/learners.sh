# With learners, so that the quorum of two never depends on a machine that is not up yet.
export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379
etcdctl snapshot save survivor.db
etcdutl snapshot status survivor.db
lab kill m1
lab start m1 --force-new-cluster
lab wait 6s
etcdctl put alone yes
for m in m2 m3; do
  etcdctl member add $m --learner --peer-urls=http://10.0.0.1${m#m}:2380 | grep ETCD_ > $m.env
  . ./$m.env
  lab start $m --initial-cluster=$ETCD_INITIAL_CLUSTER --initial-cluster-state=existing
  lab wait 4s
  etcdctl member promote $(etcdctl member list | awk -F', ' -v m=$m '$3 == m {print $1}')
  lab wait 6s
done
