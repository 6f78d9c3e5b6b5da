# stops at: copied
LEFT=$(lab status | awk '$2 == "up" {print $1}')
cp nightly.db survivor.db
etcdutl snapshot status survivor.db
lab stop $LEFT
lab start $LEFT --force-new-cluster
sleep 5
etcdctl put /restored/from $LEFT
