# stops at: removed
sleep 20
lab status
