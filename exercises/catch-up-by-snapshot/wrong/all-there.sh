# stops at: away
lab load --clients 32 --conns 8 --writes 2000
lab wait 2s
etcdctl put back yes
