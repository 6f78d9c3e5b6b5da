# The new member as a learner first.
lab stop m1
etcdctl --command-timeout=2s put half no
lab start m1
lab wait 7s
etcdctl member add m3 --peer-urls=http://10.0.0.13:2380 --learner > m3.txt
lab start m3 --initial-cluster=m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380 --initial-cluster-state=existing
lab wait 4s
etcdctl member promote $(etcdctl member list | awk -F', ' '$3 == "m3" {print $1}')
lab wait 6s
lab kill m3
lab wait 4s
etcdctl put half yes
