# stops at: alone
lab partition follower
lab wait 5s
lab heal
lab wait 5s
