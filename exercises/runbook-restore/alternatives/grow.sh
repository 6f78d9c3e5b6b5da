# A survivor that has everything goes on as a cluster of one and grows; otherwise all three begin from the backup.
LEFT=$(lab status | awk '$2 == "up" {print $1}')
HERE=http://10.0.0.1${LEFT#m}
until ETCDCTL_ENDPOINTS=$HERE:2379 etcdctl snapshot save survivor.db; do sleep 1; done
for f in nightly.db survivor.db; do echo $(etcdutl snapshot status $f | cut -d , -f 2) $f; done | sort -n > files.txt
NEWER=$(tail -n 1 files.txt | cut -d ' ' -f 2)
OTHERS=$(for m in m1 m2 m3; do [ $m = $LEFT ] || echo $m; done)
lab stop $LEFT
if [ $NEWER = survivor.db ]; then
  export ETCDCTL_ENDPOINTS=$HERE:2379
  lab start $LEFT --force-new-cluster
  until etcdctl --command-timeout=2s put /restored/from $LEFT; do sleep 1; done
  PEERS=$LEFT=$HERE:2380
  for m in $OTHERS; do
    PEERS=$PEERS,$m=http://10.0.0.1${m#m}:2380
    until etcdctl member add $m --peer-urls=http://10.0.0.1${m#m}:2380; do sleep 1; done
    until lab start $m --initial-cluster=$PEERS --initial-cluster-state=existing; do sleep 1; done
    until etcdctl endpoint health --cluster; do sleep 1; done
  done
else
  ALL=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380
  for m in $OTHERS; do etcdutl snapshot restore nightly.db --name $m --initial-cluster $ALL --initial-advertise-peer-urls http://10.0.0.1${m#m}:2380 --data-dir $m.etcd; done
  lab wipe $LEFT
  etcdutl snapshot restore nightly.db --name $LEFT --initial-cluster $ALL --initial-advertise-peer-urls $HERE:2380 --data-dir $LEFT.etcd
  lab start all
  until etcdctl endpoint health; do sleep 1; done
fi
