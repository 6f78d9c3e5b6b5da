# Over HTTP, with a wrong guess on the way.
for m in m1 m2 m3; do
  if curl -s -m 10 http://$m:2379/health | grep -q '"health":"true"'; then WELL=$m; else SICK=$m; fi
done
export ETCDCTL_ENDPOINTS=http://10.0.0.1${WELL#m}:2379
etcdctl put /closed $SICK
lab firewall all 2380 accept
lab wait 12s
