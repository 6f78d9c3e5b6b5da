OLD=$(lab status | awk '$3 == "leader" {print $1}')
HEIR=$(etcdctl endpoint status | awk -F', ' '$9 == "false" {print $2}' | head -n 1)
etcdctl move-leader $HEIR
lab wait 1s
lab stop $OLD
lab start $OLD
lab wait 3s
etcdctl put served yes
