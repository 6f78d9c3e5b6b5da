# stops at: compacted
ETCDCTL_ENDPOINTS=$(etcdctl endpoint status | awk -F', ' '{print $9, $1}' | sort | cut -d ' ' -f 2 | tr '\n' ',' | sed 's/,$//') etcdctl defrag
etcdctl compaction $(etcdctl get /clients/counter -w fields | awk '/^"Revision"/ {print $3}')
etcdctl alarm disarm
sleep 12
