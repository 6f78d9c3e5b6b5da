# stops at: leader-down
etcdctl put name Jane
echo leader is down
