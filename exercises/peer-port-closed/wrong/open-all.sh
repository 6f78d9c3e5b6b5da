# stops at: found
lab firewall all 2380 accept
lab wait 8s
etcdctl put /closed m1
