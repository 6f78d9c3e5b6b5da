# stops at: well
for m in m1 m2 m3; do curl -s http://$m:2379/metrics | awk -v m=$m '/wal_fsync_duration_seconds_sum/ {s = $2} /wal_fsync_duration_seconds_count/ {print s / $2, m}'; done | sort -n > fsync.txt
SLOW=$(tail -n 1 fsync.txt | cut -d ' ' -f 2)
etcdctl put /runbook/slow $SLOW
BEST=$(etcdctl member list | awk -F', ' -v m=$(head -n 1 fsync.txt | cut -d ' ' -f 2) '$3 == m {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${SLOW#m}:2379 etcdctl move-leader $BEST
until etcdctl member remove $(etcdctl member list | awk -F', ' -v m=$SLOW '$3 == m {print $1}'); do sleep 1; done
sleep 10
