# stops at: saved
lab wipe m1
lab wipe m3
lab start m1
lab start m3
lab wait 5s
etcdctl put /incident/over yes
