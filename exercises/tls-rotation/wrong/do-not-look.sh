# stops at: all-three
cp certs/server.crt certs/server-tonight.crt; cp certs/server.key certs/server-tonight.key
lab wait 3m
