lab disk follower slow 500ms
lab load --clients 32 --conns 8 --writes 3000
lab status
lab disk all ok
lab wait 4s
lab status
