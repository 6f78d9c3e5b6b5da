printf 'value("/stock/{{item}}") = "1"\n\nput /stock/{{item}} 0\nput /owner/{{item}} anna\n\nget /owner/{{item}}\n\n' | etcdctl txn
printf 'value("/stock/{{item}}") = "1"\n\nput /stock/{{item}} 0\nput /owner/{{item}} bert\n\nget /owner/{{item}}\n\n' | etcdctl txn
