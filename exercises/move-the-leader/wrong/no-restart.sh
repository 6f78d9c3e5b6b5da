# stops at: serviced
HEIR=$(etcdctl endpoint status | awk -F', ' '$9 == "false" {print $2}' | head -n 1)
etcdctl move-leader $HEIR
lab wait 1s
etcdctl put served yes
