# In another order, with a wrong answer on the way.
etcdctl put /answers/biggest orders
etcdctl put /answers/biggest frontend
etcdctl get /registry/services/specs/shop/{{svc}}
etcdctl put /answers/ip $(etcdctl get /registry/services/specs/shop/{{svc}} --print-value-only | tr ',' '\n' | awk -F '"' '/clusterIP/ {print $(NF-1)}')
N=0
for key in $(etcdctl get /registry/pods/{{ns}}/ --prefix --keys-only); do N=$((N+1)); done
etcdctl put /answers/pods $N
