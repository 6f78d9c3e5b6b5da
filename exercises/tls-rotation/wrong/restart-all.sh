# stops at: midnight
lab stop all
lab start all --cert-file=certs/server.crt --key-file=certs/server.key
lab wait 3m
