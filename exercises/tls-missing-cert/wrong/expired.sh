# stops at: accepted
etcdctl put /secure 1
ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client-expired.crt ETCDCTL_KEY=certs/client-expired.key etcdctl put /secure 1
