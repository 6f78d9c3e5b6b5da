# stops at: moved
OLD=$(lab status | awk '$3 == "leader" {print $1}')
lab stop $OLD
lab until leader
lab start $OLD
lab wait 3s
etcdctl put served yes
