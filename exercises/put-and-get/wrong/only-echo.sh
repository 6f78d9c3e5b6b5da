# stops at: read
etcdctl put city {{city}}
echo {{city}}
etcdctl put city {{capital}}
etcdctl del temporary
