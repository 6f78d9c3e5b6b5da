# stops at: serving
lab heal
lab wait 5s
etcdctl put /incident/side yes
etcdctl put /incident/minority m1
