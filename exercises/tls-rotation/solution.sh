date
cp certs/server.crt certs/server-expired.crt; cp certs/server.key certs/server-expired.key
lab wait 3m
export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key
etcdctl endpoint status
