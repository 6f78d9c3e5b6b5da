lab latency 800ms
lab until 'split_votes >= 1'
lab latency 5ms
lab until leader
lab wait 6s
etcdctl put calm yes
