etcdctl get /registry/ --prefix --keys-only --limit 5
etcdctl put /answers/pods $(etcdctl get /registry/pods/{{ns}}/ --prefix --keys-only | grep -c .)
etcdctl put /answers/ip $(etcdctl get /registry/services/specs/shop/{{svc}} --print-value-only | grep -o '"clusterIP":"[^"]*' | cut -d '"' -f 4)
etcdctl put /answers/biggest $(etcdctl get /registry/deployments/shop/ --prefix | grep '"replicas":4' | grep -o '"name":"[a-z]*","namespace"' | cut -d '"' -f 4)
