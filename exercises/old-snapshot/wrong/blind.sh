# stops at: looked
ALL=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380
for i in 1 2 3; do etcdutl snapshot restore nightly.db --name m$i --initial-cluster $ALL --initial-advertise-peer-urls http://10.0.0.1$i:2380 --data-dir m$i.etcd; done
lab start all
lab wait 4s
etcdctl put /lost/orders 2
