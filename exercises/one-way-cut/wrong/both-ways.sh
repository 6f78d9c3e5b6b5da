# stops at: deaf
lab partition leader
lab wait 6s
lab status
lab heal
lab wait 3s
etcdctl put heard yes
