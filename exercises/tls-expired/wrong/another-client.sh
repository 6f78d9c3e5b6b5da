# stops at: pulse
etcdctl --cacert=certs/ca.crt --cert=certs/client-other-ca.crt --key=certs/client-other-ca.key --command-timeout=2s get /pulse
cp certs/client-other-ca.crt certs/client.crt
cp certs/client-other-ca.key certs/client.key
lab wait 15s
