ID=$(etcdctl lease grant 10 | awk '{print $2}')
etcdctl put session open --lease=$ID
lab wait 15s
etcdctl get session
ID=$(etcdctl lease grant 10 | awk '{print $2}')
etcdctl put worker one --lease=$ID
etcdctl lease keep-alive $ID > /dev/null &
lab wait 32s
