# stops at: written
etcdctl put City {{city}}
etcdctl get city
etcdctl put city {{capital}}
etcdctl del temporary
