# stops at: saved
lab stop all
lab wipe all
lab start all
lab until leader
etcdctl put /shop/apples 12
etcdctl put /shop/plums 28
etcdctl put /shop/open yes
