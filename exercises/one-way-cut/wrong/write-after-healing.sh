# stops at: written
OLD=$(lab status | awk '$3 == "leader" {print $1}')
for m in $(lab status | awk '$3 == "follower" {print $1}'); do lab cut $m $OLD --one-way; done
lab until 'leader and leader != first.leader'
lab heal
lab wait 3s
etcdctl put heard yes
