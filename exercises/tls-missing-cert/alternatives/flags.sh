# As flags, after wrong ones.
etcdctl --command-timeout=2s put /secure 1
etcdctl --command-timeout=2s --cacert=certs/ca.crt --cert=certs/client-expired.crt --key=certs/client-expired.key put /secure 2
etcdctl --cacert=certs/ca.crt --cert=certs/client.crt --key=certs/client.key put /secure 3
