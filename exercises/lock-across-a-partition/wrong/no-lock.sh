# stops at: held
etcdctl put result second
lab partition m3
lab wait 20s
lab heal
lab wait 60s
