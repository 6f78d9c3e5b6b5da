# stops at: three
lab stop all
lab start all
lab wait 6s
etcdctl put upgraded yes
