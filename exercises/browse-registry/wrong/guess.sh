# stops at: biggest
etcdctl put /answers/pods $(etcdctl get /registry/pods/{{ns}}/ --prefix --keys-only | grep -c .)
etcdctl put /answers/ip $(etcdctl get /registry/services/specs/shop/{{svc}} --print-value-only | grep -o '"clusterIP":"[^"]*' | cut -d '"' -f 4)
etcdctl put /answers/biggest orders
