# stops at: learner
lab wait 6s
etcdctl member add m4 --peer-urls=http://10.0.0.14:2380
lab start m2
lab wait 7s
etcdctl member add m4 --learner --peer-urls=http://10.0.0.14:2380
lab wait 5s
