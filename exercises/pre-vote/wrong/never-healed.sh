# stops at: back
lab partition follower
lab wait 20s
