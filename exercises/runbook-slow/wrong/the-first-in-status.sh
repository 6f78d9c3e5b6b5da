# stops at: named
SLOW=$(lab status | awk '/^disk of/ {print $NF, $3}' | tr -d : | sed 's/ms / /' | sort -n | head -n 1 | cut -d ' ' -f 2)
etcdctl put /runbook/slow $SLOW
etcdctl member remove $(etcdctl member list | awk -F', ' -v m=$SLOW '$3 == m {print $1}')
sleep 8
