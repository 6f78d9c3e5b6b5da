# stops at: all-three
cp certs/server.crt certs/server-expired.crt; cp certs/server.key certs/server-expired.key
lab wait 3m
