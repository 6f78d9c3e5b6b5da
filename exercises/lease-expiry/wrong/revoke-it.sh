# stops at: expired
ID=$(etcdctl lease grant 1000 | awk '{print $2}')
etcdctl put session open --lease=$ID
etcdctl lease revoke $ID
lab wait 32s
