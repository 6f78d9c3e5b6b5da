# stops at: whole
set -- $(lab status | awk '$3 == "follower" {print $1}')
lab kill $1 $2
etcdctl put edge yes
lab start $1 $2
lab wait 3s
lab kill $3 $4
etcdctl put exchanged yes
lab wait 5s
