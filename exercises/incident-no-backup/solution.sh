ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl snapshot save last.db
etcdutl snapshot status last.db -w table
lab stop m2
lab wipe m2
ALL=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380
for i in 1 2 3; do
  etcdutl snapshot restore last.db --name m$i --initial-cluster $ALL \
    --initial-advertise-peer-urls http://10.0.0.1$i:2380 --data-dir m$i.etcd
done
lab start all
lab until leader
lab wait 2s
etcdctl put /incident/over yes
lab wait 1s
ETCDCTL_ENDPOINTS=http://10.0.0.12:2379 etcdctl snapshot save first.db
etcdutl snapshot status first.db -w table
