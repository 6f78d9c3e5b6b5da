# stops at: exchanged
set -- $(lab status | awk '$3 == "follower" {print $1}')
lab kill $1 $2
etcdctl put edge yes
lab start $1 $2
lab wait 3s
lab kill $1 $2
etcdctl put exchanged yes
lab start all
lab wait 4s
