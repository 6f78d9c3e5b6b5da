# The leader hands over first, and then everybody is a follower in turn.
OLD=$(lab status | awk '$3 == "leader" {print $1}')
HEIR=$(lab status | awk '$3 == "follower" {print $1}' | head -n 1)
THIRD=$(lab status | awk '$3 == "follower" {print $1}' | tail -n 1)
id() { etcdctl member list | awk -F', ' -v m=$1 '$3 == m {print $1}'; }
etcdctl move-leader $(id $HEIR)
lab wait 2s
lab kill $OLD
lab start $OLD
lab wait 4s
lab kill $THIRD
lab start $THIRD
lab wait 4s
etcdctl move-leader $(id $OLD)
lab wait 2s
lab kill $HEIR
lab start $HEIR
lab wait 4s
etcdctl put upgraded yes
