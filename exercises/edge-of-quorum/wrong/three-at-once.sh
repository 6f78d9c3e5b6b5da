# stops at: edge
set -- $(lab status | awk '$3 == "follower" {print $1}')
lab kill $1 $2 $3
etcdctl put edge yes
lab start all
lab wait 3s
