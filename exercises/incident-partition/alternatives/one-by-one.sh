# Asking each of them for a write.
for i in 1 2 3 4 5; do
  if ETCDCTL_ENDPOINTS=http://10.0.0.1$i:2379 etcdctl --command-timeout=3s put /incident/side m$i; then RIGHT=$i; else WRONG=$i; fi
done
ETCDCTL_ENDPOINTS=http://10.0.0.1$RIGHT:2379 etcdctl put /incident/minority m$WRONG
lab heal
lab wait 8s
