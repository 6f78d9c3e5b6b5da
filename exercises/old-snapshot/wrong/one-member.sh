# stops at: restored
etcdutl snapshot status nightly.db
etcdutl snapshot restore nightly.db --name m1 --initial-cluster m1=http://10.0.0.11:2380 --initial-advertise-peer-urls http://10.0.0.11:2380 --data-dir m1.etcd
lab start m1
lab wait 4s
etcdctl put /lost/orders 2
