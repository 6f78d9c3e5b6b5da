# With revisions that no client has seen yet, as Kubernetes wants it.
etcdutl snapshot status nightly.db
for i in 3 2 1; do
  etcdutl snapshot restore nightly.db --name m$i --bump-revision 1000000000 --mark-compacted --initial-cluster-token after --initial-cluster m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-advertise-peer-urls http://10.0.0.1$i:2380 --data-dir m$i.etcd
done
lab start all
lab wait 5s
etcdctl get /orders --prefix --keys-only
etcdctl put /lost/orders 2
