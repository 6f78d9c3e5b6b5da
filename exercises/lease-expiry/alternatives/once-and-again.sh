# Kept alive by hand.
ID=$(etcdctl lease grant 5 | awk '{print $2}')
etcdctl put session open --lease=$ID
sleep 12
ID=$(etcdctl lease grant 10 | awk '{print $2}')
etcdctl put worker one --lease=$ID
for i in $(seq 7); do sleep 5; etcdctl lease keep-alive $ID --once > /dev/null; done
