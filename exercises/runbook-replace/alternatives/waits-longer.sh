sleep 10
GONE=$(lab status | awk '$2 == "down" && $1 != "m4" {print $1}')
LEFT=$(for m in m1 m2 m3; do [ $m = $GONE ] || echo $m; done)
export ETCDCTL_ENDPOINTS=$(echo $LEFT | sed 's/m\([0-9]\)/http:\/\/10.0.0.1\1:2379/g;s/ /,/g')
etcdctl member remove $(etcdctl member list | awk -F', ' -v n=$GONE '$3 == n {print $1}')
sleep 6
etcdctl member add m4 --peer-urls=http://10.0.0.14:2380
lab start m4 --initial-cluster=$(for m in $LEFT m4; do echo $m=http://10.0.0.1${m#m}:2380; done | tr '\n' ',' | sed 's/,$//') --initial-cluster-state=existing
sleep 8
