FOLLOWER=$(lab status | awk '$3 == "follower" {print $1}' | tail -n 1)
lab partition $FOLLOWER
lab wait 11s
lab heal
lab wait 4s
lab status
