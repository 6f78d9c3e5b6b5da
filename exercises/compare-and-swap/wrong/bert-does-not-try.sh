# stops at: bert
printf 'value("/stock/{{item}}") = "1"\n\nput /stock/{{item}} 0\nput /owner/{{item}} anna\n\n\n' | etcdctl txn
etcdctl get /owner/{{item}}
