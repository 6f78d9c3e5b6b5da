# stops at: copied
lab start m2
lab until leader
etcdctl put /incident/over yes
