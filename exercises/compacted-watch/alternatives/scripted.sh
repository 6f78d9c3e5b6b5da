# The revision taken from the answer.
etcdctl watch /jobs/ --prefix --rev=3
REV=$(etcdctl get /jobs/ --prefix -w fields | awk '/^"Revision"/ {print $3}')
etcdctl put /jobs/9 new
timeout 2s etcdctl watch /jobs/ --prefix --rev=$((REV + 1))
