# It does not matter which of them go down. The table in another order, with a mistake that is mended.
lab kill m7
lab kill m6
lab kill m5
lab wait 5s
etcdctl put edge yes
lab kill m1
lab wait 3s
etcdctl --command-timeout=3s put over no
lab start all
lab wait 6s
etcdctl put /table/2 1
for n in 7 6 5 4 3 2 1; do etcdctl put /table/$n $((n - n / 2 - 1)); done
