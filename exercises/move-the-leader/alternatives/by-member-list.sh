# The heir taken from the member list, and a wait on the way.
OLD=$(lab status | awk '$3 == "leader" {print $1}')
HEIR=$(lab status | awk '$3 == "follower" {print $1}' | tail -n 1)
etcdctl move-leader $(etcdctl member list | awk -F', ' -v m=$HEIR '$3 == m {print $1}')
lab wait 2s
lab kill $OLD
lab wait 2s
lab start $OLD
lab wait 4s
etcdctl get name
etcdctl put served yes
