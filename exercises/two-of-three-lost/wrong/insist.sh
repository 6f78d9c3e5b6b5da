# stops at: read
etcdctl put alone no
etcdctl get name
lab start all
lab until leader
etcdctl put alone yes
