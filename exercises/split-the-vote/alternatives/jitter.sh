# Other delays do it as well.
lab latency 700ms --jitter 400ms
lab until 'split_votes >= 1'
lab latency 5ms
lab wait 12s
etcdctl put calm down
