# stops at: midnight
lab wait 130s
cp certs/server.crt certs/server-tonight.crt; cp certs/server.key certs/server-tonight.key
lab wait 60s
