# Looked at with curl and the log, then the files are replaced.
curl -s --cacert certs/ca.crt --cert certs/client.crt --key certs/client.key https://m1:2379/health
export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key
etcdctl --command-timeout=2s endpoint status
lab logs m1 -n 3
cat certs/server.key > certs/server-expired.key
cat certs/server.crt > certs/server-expired.crt
sleep 15
