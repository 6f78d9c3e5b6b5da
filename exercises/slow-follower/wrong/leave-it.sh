# stops at: well
lab disk follower slow 1s
lab load --clients 32 --conns 8 --writes 3000
lab wait 20s
