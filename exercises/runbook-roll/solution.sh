leader() { lab status | awk '$3 == "leader" {print $1}'; }
caughtup() { for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do sleep 1; [ $(lab status | awk -v m=$1 '$3 == "leader" {l = $7} $1 == m {mine = $7} END {print (l > 0 && mine >= l - 2) ? 1 : 0}') = 1 ] && break; done; }
OLD=$(leader)
for m in m1 m2 m3; do
  if [ $m != $OLD ]; then lab stop $m; lab start $m; caughtup $m; sleep 3; fi
done
NEXT=$(etcdctl endpoint status --cluster | awk -F', ' '$9 == "false" {print $2}' | head -n 1)
ETCDCTL_ENDPOINTS=http://10.0.0.1${OLD#m}:2379 etcdctl move-leader $NEXT
sleep 2
lab stop $OLD
lab start $OLD
caughtup $OLD
sleep 3
lab status
