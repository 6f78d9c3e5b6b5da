OLD=$(lab status | awk '$3 == "leader" {print $1}')
for m in $(lab status | awk '$3 == "follower" {print $1}'); do lab cut $m $OLD --one-way; done
lab until 'leader and leader != first.leader'
NEW=$(lab status | awk '$3 == "leader" && $1 != "'$OLD'" {print $1}')
ETCDCTL_ENDPOINTS=http://10.0.0.1${NEW#m}:2379 etcdctl put heard yes
lab heal
lab wait 4s
