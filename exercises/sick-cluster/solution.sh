etcdctl endpoint health
AWAY=$(etcdctl endpoint health 2>&1 | grep 'is unhealthy' | grep -o '10.0.0.1[1-5]' | tail -c 2)
for i in 1 2 3 4 5; do
  COUNT=$(curl -s http://m$i:2379/metrics | awk '/^etcd_disk_wal_fsync_duration_seconds_bucket\{le="0.256"/ {print $2}')
  ALL=$(curl -s http://m$i:2379/metrics | awk '/^etcd_disk_wal_fsync_duration_seconds_count/ {print $2}')
  if [ "$COUNT" != "$ALL" ]; then SLOW=$i; fi
done
LEADER=$(lab status | awk '$3 == "leader" {print $1}')
export ETCDCTL_ENDPOINTS=http://10.0.0.1${LEADER#m}:2379
etcdctl put /sick/away m$AWAY
etcdctl put /sick/slow m$SLOW
lab heal
lab disk all ok
lab wait 5s
