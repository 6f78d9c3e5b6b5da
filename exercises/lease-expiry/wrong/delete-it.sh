# stops at: expired
ID=$(etcdctl lease grant 1000 | awk '{print $2}')
etcdctl put session open --lease=$ID
etcdctl del session
ID=$(etcdctl lease grant 10 | awk '{print $2}')
etcdctl put worker one --lease=$ID
etcdctl lease keep-alive $ID > /dev/null &
lab wait 32s
