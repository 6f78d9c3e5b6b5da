# A closed peer port cuts a member off as well.
lab firewall follower 2380 drop
lab wait 12s
lab status
lab firewall all 2380 accept
lab wait 5s
