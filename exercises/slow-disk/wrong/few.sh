# stops at: quick
etcdctl move-leader $(etcdctl endpoint status | awk -F', ' '$9 == "false" {print $2}' | head -n 1)
lab wait 1s
etcdctl put quick yes
lab disk all ok
lab wait 3s
