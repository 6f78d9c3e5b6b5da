lab kill follower
lab kill follower
lab kill follower
lab until leader
etcdctl put edge 4
lab kill follower
etcdctl put over 3
lab start all
lab until leader
lab wait 3s
for n in 1 2 3 4 5 6 7; do etcdctl put /table/$n $(( (n - 1) / 2 )); done
