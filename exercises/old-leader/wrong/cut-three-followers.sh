# stops at: apart
OLD=$(lab status | awk '$3 == "leader" {print $1}')
lab partition $(lab status | awk '$3 == "follower" {print $1}' | head -n 2 | paste -s -d, -)
lab wait 6s
etcdctl put new yes
lab heal
lab wait 5s
