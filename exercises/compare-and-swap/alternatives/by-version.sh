# Comparing the owner's creation instead.
for who in anna bert; do
  printf 'create("/owner/{{item}}") = "0"\n\nput /stock/{{item}} 0\nput /owner/{{item}} %s\n\n\n' $who | etcdctl txn
done
