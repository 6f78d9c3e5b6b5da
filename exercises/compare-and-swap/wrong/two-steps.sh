# stops at: same-step
printf 'value("/stock/{{item}}") = "1"\n\nput /owner/{{item}} anna\n\n\n' | etcdctl txn
etcdctl put /stock/{{item}} 0
printf 'value("/stock/{{item}}") = "1"\n\nput /owner/{{item}} bert\n\n\n' | etcdctl txn
