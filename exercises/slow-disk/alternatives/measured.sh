# Measured before and after.
lab load --writes 5
etcdctl move-leader $(etcdctl endpoint status | awk -F', ' '$9 == "false" {print $2}' | tail -n 1)
lab wait 2s
for i in $(seq 110); do etcdctl put quick $i > /dev/null; done
lab disk all ok
lab wait 4s
