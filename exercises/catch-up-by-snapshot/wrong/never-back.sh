# stops at: installed
lab kill follower
lab load --clients 32 --conns 8 --writes 2000
lab wait 25s
etcdctl put back yes
lab wait 5s
