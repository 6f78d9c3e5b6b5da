# stops at: written
OLD=$(lab status | awk '$3 == "leader" {print $1}')
HEIR=$(etcdctl endpoint status | awk -F', ' '$9 == "false" {print $2}' | head -n 1)
etcdctl move-leader $HEIR
lab wait 1s
NEW=$(lab status | awk '$3 == "leader" {print $1}')
THIRD=$(lab status | awk '$3 == "follower" {print $1}' | grep -v $OLD)
lab kill $NEW $THIRD
lab wait 3s
lab start $NEW $THIRD
lab until leader
if [ $(lab status | awk '$3 == "leader" {print $1}') = $OLD ]; then etcdctl move-leader $HEIR; lab wait 2s; fi
lab stop $OLD
lab start $OLD
lab wait 3s
etcdctl put served yes
