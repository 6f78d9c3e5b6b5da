# stops at: compacted
for a in cart mail maps news; do etcdctl del /apps/$a/reports/ --prefix; done
etcdctl compaction $(etcdctl get /clients/counter -w fields | awk '/^"Revision"/ {print $3}')
ETCDCTL_ENDPOINTS=$(etcdctl endpoint status | awk -F', ' '{print $9, $1}' | sort | cut -d ' ' -f 2 | tr '\n' ',' | sed 's/,$//') etcdctl defrag
etcdctl alarm disarm
sleep 12
