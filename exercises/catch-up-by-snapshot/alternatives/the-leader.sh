# The leader can be the one that is away.
lab stop leader
lab until leader
lab load --clients 64 --conns 8 --writes 1700
sleep 25
lab start all
lab wait 6s
etcdctl put back yes
