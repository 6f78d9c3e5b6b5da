# stops at: slow
lab disk leader slow 400ms
lab load --clients 16 --writes 100
lab disk all ok
lab wait 4s
