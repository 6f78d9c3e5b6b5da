# stops at: why
lab wait 10s
lab status
