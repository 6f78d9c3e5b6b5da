# stops at: out
SLOW=$(lab status | awk '/^disk of/ {print $3}' | tr -d :)
etcdctl put /incident $SLOW
etcdctl move-leader $(etcdctl endpoint status | awk -F', ' '$9 == "false" {print $2}' | head -n 1)
lab wait 1s
lab load --writes 60
lab disk all ok
lab wait 3s
