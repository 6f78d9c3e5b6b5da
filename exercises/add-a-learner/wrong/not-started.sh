# stops at: learner
etcdctl member add m4 --learner --peer-urls=http://10.0.0.14:2380
etcdctl member promote $(etcdctl member list | awk -F', ' '$4 ~ /10.0.0.14/ {print $1}')
