date
cp certs/server.crt certs/server-tonight.crt; cp certs/server.key certs/server-tonight.key
lab wait 3m
export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key
etcdctl endpoint status
