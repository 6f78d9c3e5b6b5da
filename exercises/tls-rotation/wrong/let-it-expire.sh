# stops at: happy-new-year
lab wait 130s
cp certs/server.crt certs/server-expired.crt; cp certs/server.key certs/server-expired.key
lab wait 60s
