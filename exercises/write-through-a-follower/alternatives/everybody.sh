# Whoever writes through all three has written through two followers.
for i in 1 2 3; do ETCDCTL_ENDPOINTS=http://10.0.0.1$i:2379 etcdctl put through $i; done
for i in 3 2 1; do ETCDCTL_ENDPOINTS=http://10.0.0.1$i:2379 etcdctl get through --consistency=s; done
