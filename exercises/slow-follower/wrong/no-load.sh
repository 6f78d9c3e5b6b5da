# stops at: behind
lab disk follower slow 400ms
etcdctl put a 1
lab wait 2s
lab disk all ok
lab wait 4s
