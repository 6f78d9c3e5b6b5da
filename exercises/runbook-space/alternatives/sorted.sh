# The wild one is known by the size of what it wrote or by how often it wrote, and one defrag goes through the members in the right order.
etcdctl alarm list
for a in cart mail maps news; do echo $(etcdctl get /apps/$a/reports/ --prefix | wc -c) $a; done | sort -n > sizes.txt
WILD=$(tail -n 1 sizes.txt | cut -d ' ' -f 2)
if [ $(etcdctl get /apps/$WILD/reports/ --prefix --keys-only | grep -c reports) -gt 5 ]; then
  etcdctl del /apps/$WILD/reports/2 /apps/$WILD/reports/3
fi
REV=$(etcdctl endpoint status -w fields | awk '/"Revision"/ {print $3}' | sort -n | tail -n 1)
etcdctl compaction $REV
ETCDCTL_ENDPOINTS=$(etcdctl endpoint status | awk -F', ' '{print $9, $1}' | sort | cut -d ' ' -f 2 | tr '\n' ',' | sed 's/,$//') etcdctl defrag
until etcdctl alarm disarm && etcdctl put /apps/room yes; do sleep 1; done
