# By name, asking around until somebody acknowledges.
OLD=$(lab status | awk '$3 == "leader" {print $1}')
for m in m1 m2 m3; do if [ $m != $OLD ]; then lab cut $m $OLD --one-way; fi; done
sleep 8
for i in 1 2 3; do if [ m$i != $OLD ]; then ETCDCTL_ENDPOINTS=http://10.0.0.1$i:2379 etcdctl put heard $i; fi; done
lab heal
sleep 5
