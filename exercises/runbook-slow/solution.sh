for m in m1 m2 m3; do
  curl -s http://$m:2379/metrics | awk -v m=$m '/wal_fsync_duration_seconds_sum/ {s = $2} /wal_fsync_duration_seconds_count/ {print s / $2, m}'
done | sort -n > fsync.txt
cat fsync.txt
BEST=$(head -n 1 fsync.txt | cut -d ' ' -f 2)
SLOW=$(tail -n 1 fsync.txt | cut -d ' ' -f 2)
until etcdctl put /runbook/slow $SLOW; do sleep 1; done
id() { etcdctl member list | awk -F', ' -v m=$1 '$3 == m {print $1}'; }
leads() { ETCDCTL_ENDPOINTS=http://10.0.0.1${1#m}:2379 etcdctl endpoint status | awk -F', ' '{print $9}'; }
while [ $(leads $SLOW) = true ]; do
  ETCDCTL_ENDPOINTS=http://10.0.0.1${SLOW#m}:2379 etcdctl move-leader $(id $BEST) || sleep 1
done
LEFT=$(for m in m1 m2 m3; do [ $m = $SLOW ] || echo $m; done)
export ETCDCTL_ENDPOINTS=$(for m in $LEFT; do echo http://10.0.0.1${m#m}:2379; done | tr '\n' ',' | sed 's/,$//')
until etcdctl member remove $(id $SLOW) || [ -z "$(id $SLOW)" ]; do sleep 1; done
until etcdctl member add m4 --peer-urls=http://10.0.0.14:2380 > m4.txt || [ $(etcdctl member list | grep -c 10.0.0.14:2380) = 1 ]; do sleep 1; done
PEERS=$(for m in $LEFT m4; do echo $m=http://10.0.0.1${m#m}:2380; done | tr '\n' ',' | sed 's/,$//')
until lab start m4 --initial-cluster=$PEERS --initial-cluster-state=existing; do sleep 1; done
until etcdctl endpoint health --cluster; do sleep 1; done
