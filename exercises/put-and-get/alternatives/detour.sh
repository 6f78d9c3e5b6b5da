# Other keys and other values on the way do no harm.
etcdctl put town {{city}}
etcdctl put city elsewhere
etcdctl put city {{city}}
etcdctl get city --print-value-only
etcdctl put city {{city}}
etcdctl put city {{capital}}
etcdctl get "" --prefix --keys-only
etcdctl del temporary city2
etcdctl del temporary
