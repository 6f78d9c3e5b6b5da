# stops at: out
lab wipe m3
lab start m3
lab wait 6s
