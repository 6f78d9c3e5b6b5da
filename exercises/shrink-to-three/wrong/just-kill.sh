# stops at: three
lab kill m4 m5
lab until leader
etcdctl put three yes
