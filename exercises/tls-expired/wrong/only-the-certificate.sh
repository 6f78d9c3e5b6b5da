# stops at: pulse
export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key
etcdctl get /pulse
cp certs/server.crt certs/server-expired.crt
lab wait 15s
