lab kill follower
lab load --clients 32 --conns 8 --writes 2000
lab wait 25s
lab start all
lab wait 5s
etcdctl put back yes
lab status
