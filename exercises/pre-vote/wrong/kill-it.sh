# stops at: alone
lab kill follower
lab wait 12s
lab start all
lab wait 5s
