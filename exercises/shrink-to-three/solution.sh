export ETCDCTL_ENDPOINTS=http://10.0.0.11:2379,http://10.0.0.12:2379,http://10.0.0.13:2379
for m in m4 m5; do
  if [ "$(lab status | awk '$3 == "leader" {print $1}')" = $m ]; then
    ETCDCTL_ENDPOINTS=http://10.0.0.1${m#m}:2379 etcdctl move-leader $(etcdctl member list | awk -F', ' '$3 == "m1" {print $1}')
  fi
  etcdctl member remove $(etcdctl member list | awk -F', ' -v m=$m '$3 == m {print $1}')
  lab wait 6s
done
lab kill m1
lab until leader
etcdctl put three yes
