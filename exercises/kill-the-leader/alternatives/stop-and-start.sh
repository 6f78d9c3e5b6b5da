# A graceful stop, a detour on the way, and the old leader back as a follower before the write.
etcdctl get name
etcdctl member list
lab stop leader
lab wait 4s
lab start all
lab wait 2s
etcdctl put name Jim
etcdctl put name Jane
