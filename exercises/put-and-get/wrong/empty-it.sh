# stops at: gone
etcdctl put city {{city}}
etcdctl get city
etcdctl put city {{capital}}
etcdctl put temporary ""
