# stops at: well
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
for m in m1 m2 m3 m4 m5; do etcdctl put /sick/away $m; etcdctl put /sick/slow $m; done
lab heal
lab wait 4s
