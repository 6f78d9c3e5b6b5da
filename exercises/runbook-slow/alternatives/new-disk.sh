# The same machine comes back with a new disk, as another member: first as a learner, then with a vote.
for m in m1 m2 m3; do
  echo $(curl -s http://$m:2379/metrics | awk '/wal_fsync_duration_seconds_bucket.*0.064/ {fast = $2} /wal_fsync_duration_seconds_count/ {print $2 - fast}') $m
done | sort -n > slow.txt
SLOW=$(tail -n 1 slow.txt | cut -d ' ' -f 2)
BEST=$(head -n 1 slow.txt | cut -d ' ' -f 2)
until etcdctl put /runbook/slow $SLOW; do sleep 1; done
id() { etcdctl member list | awk -F', ' -v m=$1 '$3 == m {print $1}'; }
LEADER=$(etcdctl endpoint status | awk -F', ' '$9 == "true" {print $1}')
if [ $LEADER = http://10.0.0.1${SLOW#m}:2379 ]; then
  until ETCDCTL_ENDPOINTS=$LEADER etcdctl move-leader $(id $BEST); do sleep 1; done
fi
export ETCDCTL_ENDPOINTS=$(for m in m1 m2 m3; do [ $m = $SLOW ] || echo http://10.0.0.1${m#m}:2379; done | tr '\n' ',' | sed 's/,$//')
until etcdctl member remove $(id $SLOW); do sleep 1; done
lab stop $SLOW
lab wipe $SLOW
lab disk $SLOW ok
until etcdctl member add $SLOW --learner --peer-urls=http://10.0.0.1${SLOW#m}:2380 | grep ETCD_ > new.env && [ -s new.env ]; do sleep 1; done
. ./new.env
until lab start $SLOW --initial-cluster=$ETCD_INITIAL_CLUSTER --initial-cluster-state=existing; do sleep 1; done
until etcdctl member promote $(id $SLOW); do sleep 1; done
until etcdctl endpoint health --cluster; do sleep 1; done
