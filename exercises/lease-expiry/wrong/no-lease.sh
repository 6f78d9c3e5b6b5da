# stops at: attached
etcdctl lease grant 10
etcdctl put session open
lab wait 15s
etcdctl del session
