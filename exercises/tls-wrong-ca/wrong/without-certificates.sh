# stops at: found
etcdctl put /tls/odd m1
lab wait 3s
