# stops at: one
etcdctl put upgraded yes
lab wait 3s
