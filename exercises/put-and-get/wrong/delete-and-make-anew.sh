# stops at: changed
etcdctl put city {{city}}
etcdctl get city
etcdctl del city
etcdctl put city {{capital}}
etcdctl del temporary
