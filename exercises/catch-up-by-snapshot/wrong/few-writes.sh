# stops at: away
lab kill follower
lab load --writes 300 --clients 16
lab wait 25s
lab start all
lab wait 4s
etcdctl put back yes
