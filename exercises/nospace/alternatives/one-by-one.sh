# Each member by itself, and the alarm looked at on the way.
etcdctl alarm list
etcdctl put room 0
REV=$(ETCDCTL_ENDPOINTS=http://10.0.0.11:2379 etcdctl get load/1 -w fields | awk '/^"Revision"/ {print $3}')
etcdctl compaction --physical $REV
for i in 1 2 3; do ETCDCTL_ENDPOINTS=http://10.0.0.1$i:2379 etcdctl defrag; done
etcdctl alarm disarm
etcdctl alarm list
etcdctl put room 1
