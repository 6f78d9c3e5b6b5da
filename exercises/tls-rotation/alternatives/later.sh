# A minute later is still in time.
export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key
etcdctl endpoint status
lab wait 60s
cat certs/server.crt > certs/server-tonight.crt; cat certs/server.key > certs/server-tonight.key
lab wait 120s
for i in 1 2 3; do ETCDCTL_ENDPOINTS=https://10.0.0.1$i:2379 etcdctl endpoint status; done
