# A member that hangs is as good as dead to the others.
lab pause leader
lab wait 4s
etcdctl put name Jane
