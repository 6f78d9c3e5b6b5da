# stops at: copied
lab start all
sleep 10
etcdctl put /restored/from nothing
