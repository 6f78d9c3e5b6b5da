# stops at: joined
ID=$(etcdctl member list | awk -F', ' '$2 == "unstarted" {print $1}')
etcdctl member remove $ID
lab wait 2s
lab kill m1
lab until leader
etcdctl put spare yes
