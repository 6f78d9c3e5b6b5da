# stops at: alive
ID=$(etcdctl lease grant 10 | awk '{print $2}')
etcdctl put session open --lease=$ID
lab wait 15s
ID=$(etcdctl lease grant 10 | awk '{print $2}')
etcdctl put worker one --lease=$ID
lab wait 32s
