for i in 1 2 3; do curl -s http://m$i:2379/metrics | awk -v m=m$i '/wal_fsync_duration_seconds_sum/ {s = $2} /wal_fsync_duration_seconds_count/ {print s / $2, m}'; done | sort -n > slow.txt
cat slow.txt
SLOW=$(tail -n 1 slow.txt | awk '{print $2}')
etcdctl put /incident $SLOW
etcdctl move-leader $(etcdctl endpoint status | awk -F', ' '$9 == "false" {print $2}' | head -n 1)
lab wait 1s
lab load --writes 60
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl member remove $(etcdctl member list | awk -F', ' -v m=$SLOW '$3 == m {print $1}')
lab wait 6s
etcdctl member add m4 --peer-urls=http://10.0.0.14:2380 | grep ETCD_ > m4.env
. ./m4.env
lab start m4 --initial-cluster=$ETCD_INITIAL_CLUSTER --initial-cluster-state=existing
lab wait 6s
