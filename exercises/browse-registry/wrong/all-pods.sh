# stops at: pods
etcdctl put /answers/pods $(etcdctl get /registry/pods/ --prefix --keys-only | grep -c .)
etcdctl put /answers/biggest frontend
etcdctl put /answers/ip $(etcdctl get /registry/services/specs/shop/{{svc}} --print-value-only | grep -o '"clusterIP":"[^"]*' | cut -d '"' -f 4)
