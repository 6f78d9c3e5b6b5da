# Two links cut, instead of a partition.
OLD=$(lab status | awk '$3 == "leader" {print $1}')
for i in 1 2 3; do if [ m$i != $OLD ]; then lab cut $OLD m$i; fi; done
ETCDCTL_ENDPOINTS=http://10.0.0.1${OLD#m}:2379 etcdctl put ghost here
lab wait 3s
for i in 1 2 3; do
  if [ m$i != $OLD ]; then ETCDCTL_ENDPOINTS=http://10.0.0.1$i:2379 etcdctl put real yes; fi
done
lab heal
lab wait 5s
