# stops at: away
lab heal
lab disk all ok
lab wait 4s
etcdctl put /sick/away m1
etcdctl put /sick/slow m2
