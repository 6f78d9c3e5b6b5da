# stops at: unknown
lab kill all
etcdctl put /payments/1 paid
lab start all
lab until leader
etcdctl get /payments/1
etcdctl put /payments/1 paid
