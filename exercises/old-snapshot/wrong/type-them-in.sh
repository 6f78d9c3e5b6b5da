# stops at: restored
etcdutl snapshot status nightly.db
lab start all
lab wait 4s
for i in 1 2 3; do etcdctl put /orders/$i $i; done
etcdctl put /lost/orders 2
