# stops at: named
lab disk all ok
sleep 5
lab status
