OLD=$(lab status | awk '$3 == "leader" {print $1}')
for m in $(lab status | awk '$3 == "follower" {print $1}'); do
  lab stop $m
  lab start $m
  lab wait 4s
done
etcdctl move-leader $(etcdctl endpoint status | awk -F', ' '$9 == "false" {print $2}' | head -n 1)
lab wait 1s
lab stop $OLD
lab start $OLD
lab wait 4s
etcdctl put upgraded yes
