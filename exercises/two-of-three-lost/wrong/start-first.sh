# stops at: refused
lab start all
lab until leader
etcdctl put alone yes
etcdctl get name --consistency=s
