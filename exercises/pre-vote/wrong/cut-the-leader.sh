# stops at: alone
lab partition leader
lab wait 12s
lab heal
lab wait 5s
