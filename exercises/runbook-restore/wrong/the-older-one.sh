# stops at: whole
LEFT=$(lab status | awk '$2 == "up" {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${LEFT#m}:2379 etcdctl snapshot save survivor.db
for f in nightly.db survivor.db; do echo $(etcdutl snapshot status $f | cut -d , -f 2) $f; done | sort -n > files.txt
OLDER=$(head -n 1 files.txt | cut -d ' ' -f 2)
restore() { etcdutl snapshot restore $OLDER --name $1 --initial-cluster m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-advertise-peer-urls http://10.0.0.1${1#m}:2380 --data-dir $1.etcd; }
for m in m1 m2 m3; do [ $m = $LEFT ] || restore $m; done
lab stop $LEFT
lab wipe $LEFT
restore $LEFT
lab start all
sleep 10
