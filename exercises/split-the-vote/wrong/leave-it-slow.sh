# stops at: calm
lab latency 800ms
lab until 'split_votes >= 1'
lab wait 20s
etcdctl put calm yes
