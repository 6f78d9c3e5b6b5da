# stops at: undisturbed
export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key
etcdctl get /pulse
for m in m1 m2 m3; do lab stop $m; lab start $m --cert-file=certs/server.crt --key-file=certs/server.key; lab wait 3s; done
lab wait 15s
