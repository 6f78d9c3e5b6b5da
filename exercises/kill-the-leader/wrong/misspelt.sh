# stops at: write
lab kill leader
lab wait 4s
etcdctl put name jane
etcdctl put Name Jane
