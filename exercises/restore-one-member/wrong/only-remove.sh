# stops at: out
lab wait 6s
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
lab start m3
lab wait 6s
