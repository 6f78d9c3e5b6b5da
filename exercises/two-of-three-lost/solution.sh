etcdctl put alone no
etcdctl get name --consistency=s
lab start all
lab until leader
etcdctl put alone "not any more"
