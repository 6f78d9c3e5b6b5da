# In a loop, and paused instead of killed.
for key in one two three; do lab pause leader; lab wait 6s; etcdctl put $key yes; done
