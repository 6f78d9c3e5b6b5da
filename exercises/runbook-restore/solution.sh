LEFT=$(lab status | awk '$2 == "up" {print $1}')
revision() { etcdutl snapshot status $1 -w json | grep -o '"revision":[0-9]*' | cut -d : -f 2; }
until ETCDCTL_ENDPOINTS=http://10.0.0.1${LEFT#m}:2379 etcdctl snapshot save survivor.db; do sleep 1; done
NEWER=survivor.db
[ $(revision nightly.db) -gt $(revision survivor.db) ] && NEWER=nightly.db
ALL=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380
restore() { etcdutl snapshot restore $NEWER --name $1 --initial-cluster $ALL --initial-advertise-peer-urls http://10.0.0.1${1#m}:2380 --data-dir $1.etcd; }
for m in m1 m2 m3; do [ $m = $LEFT ] || restore $m; done
lab stop $LEFT
lab wipe $LEFT
restore $LEFT
lab start all
until etcdctl --command-timeout=2s put /restored/from $NEWER; do sleep 1; done
until etcdctl endpoint health; do sleep 1; done
