ask() { for e in 1 2 3; do ETCDCTL_ENDPOINTS=http://10.0.0.1$e:2379 timeout 5s etcdctl --command-timeout=4s "$@" && return 0; done; sleep 1; return 1; }
inside() { etcdutl snapshot status backup.db -w json | grep -o '"revision":[0-9]*' | cut -d : -f 2; }
until ask get /shop/open -w fields > now.txt; do true; done
WANTED=$(awk '/^"Revision"/ {print $3}' now.txt)
fresh() { [ -f backup.db ] && [ $(inside) -ge $WANTED ]; }
until fresh; do
  for e in 1 2 3; do
    ETCDCTL_ENDPOINTS=http://10.0.0.1$e:2379 timeout 5s etcdctl snapshot save backup.db && fresh && break
  done
done
etcdutl snapshot status backup.db -w table
until ask put /backups/revision "$(inside)"; do true; done
etcdutl snapshot restore backup.db --name m4 --initial-cluster m4=http://10.0.0.14:2380 --initial-advertise-peer-urls http://10.0.0.14:2380 --data-dir m4.etcd
lab start m4
until ETCDCTL_ENDPOINTS=http://10.0.0.14:2379 etcdctl --command-timeout=2s get /shop/open; do sleep 1; done
