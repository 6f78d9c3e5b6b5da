# stops at: relieved
SLOW=$(lab status | awk '/^disk of/ {print $3}' | tr -d :)
etcdctl put /incident $SLOW
lab load --writes 60
lab disk all ok
lab wait 3s
