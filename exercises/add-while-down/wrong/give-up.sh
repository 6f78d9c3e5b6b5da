# stops at: whole
lab wait 6s
etcdctl member add m4 --peer-urls=http://10.0.0.14:2380
etcdctl member add m4 --learner --peer-urls=http://10.0.0.14:2380
lab wait 6s
