# stops at: added
lab wait 6s
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
lab wait 6s
