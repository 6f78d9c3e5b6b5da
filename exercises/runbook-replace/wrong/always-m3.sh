# stops at: removed
sleep 10
etcdctl member remove $(etcdctl member list | awk -F', ' '$3 == "m9" {print $1}')
etcdctl member add m4 --peer-urls=http://10.0.0.14:2380
sleep 5
