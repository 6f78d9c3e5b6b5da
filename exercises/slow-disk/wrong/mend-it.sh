# stops at: handed-over
lab disk all ok
lab load --writes 200
