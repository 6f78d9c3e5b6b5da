etcdctl endpoint status -w table
lab kill leader
lab until 'leader and leader != first.leader'
etcdctl put name Jane
