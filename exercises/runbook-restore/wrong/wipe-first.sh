# stops at: whole
LEFT=$(lab status | awk '$2 == "up" {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${LEFT#m}:2379 etcdctl snapshot save survivor.db
for f in nightly.db survivor.db; do echo $(etcdutl snapshot status $f | cut -d , -f 2) $f; done | sort -n > files.txt
lab stop all
lab wipe all
for i in 1 2 3; do etcdutl snapshot restore $(tail -n 1 files.txt | cut -d ' ' -f 2) --name m$i --initial-cluster m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-advertise-peer-urls http://10.0.0.1$i:2380 --data-dir m$i.etcd; done
lab start all
sleep 10
