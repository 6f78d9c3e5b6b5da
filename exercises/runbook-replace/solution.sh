for i in 1 2 3 4 5 6 7 8 9 10; do etcdctl --command-timeout=2s put /runbook/started yes && break; sleep 1; done
GONE=$(lab status | awk '$2 == "down" && $1 != "m4" {print $1}')
LEFT=$(for m in m1 m2 m3; do [ $m = $GONE ] || echo $m; done)
export ETCDCTL_ENDPOINTS=$(echo $LEFT | sed 's/m\([0-9]\)/http:\/\/10.0.0.1\1:2379/g;s/ /,/g')
ID=$(etcdctl member list | awk -F', ' -v n=$GONE '$3 == n {print $1}')
until etcdctl member remove $ID; do sleep 1; done
until etcdctl member add m4 --peer-urls=http://10.0.0.14:2380; do sleep 1; done
PEERS=$(for m in $LEFT m4; do echo $m=http://10.0.0.1${m#m}:2380; done)
lab start m4 --initial-cluster=$(echo $PEERS | tr ' ' ',') --initial-cluster-state=existing
sleep 8
etcdctl endpoint status --cluster
