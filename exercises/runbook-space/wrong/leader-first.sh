# stops at: defragmented
for a in cart mail maps news; do echo $(etcdctl get /apps/$a/reports/ --prefix | wc -c) $a; done | sort -n > sizes.txt
etcdctl del /apps/$(tail -n 1 sizes.txt | cut -d ' ' -f 2)/reports/ --prefix
etcdctl compaction $(etcdctl get /clients/counter -w fields | awk '/^"Revision"/ {print $3}')
ETCDCTL_ENDPOINTS=$(etcdctl endpoint status | awk -F', ' '{print $9, $1}' | sort -r | cut -d ' ' -f 2 | tr '\n' ',' | sed 's/,$//') etcdctl defrag
etcdctl alarm disarm
sleep 12
