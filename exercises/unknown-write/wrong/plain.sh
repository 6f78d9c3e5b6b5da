# stops at: unknown
etcdctl put /payments/1 paid
etcdctl get /payments/1
