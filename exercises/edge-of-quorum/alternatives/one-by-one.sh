# Each brought back before the next one goes.
set -- $(lab status | awk '$3 == "follower" {print $1}')
lab stop $1
lab stop $2
etcdctl put edge yes
lab start $1
lab wait 3s
lab stop $3
lab start $2
lab wait 3s
lab stop $4
etcdctl put exchanged yes
lab start all
lab wait 5s
