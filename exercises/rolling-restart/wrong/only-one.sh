# stops at: two
lab stop follower
lab start all
lab wait 4s
etcdctl put upgraded yes
