# stops at: accepted
etcdctl put /secure 1
ETCDCTL_CACERT=certs/ca.crt etcdctl put /secure 1
