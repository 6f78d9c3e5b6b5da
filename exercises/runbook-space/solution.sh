WILD=$(etcdctl get /apps/ --prefix -w fields | awk -F'"' '$2 == "Key" {split($4, part, "/")} $2 == "Version" {n[part[3]] += substr($3, 4)} END {for (a in n) print n[a], a}' | sort -n | tail -n 1 | cut -d ' ' -f 2)
until etcdctl del /apps/$WILD/reports/ --prefix; do sleep 1; done
REV=$(etcdctl get /clients/counter -w fields | awk '/^"Revision"/ {print $3}')
until etcdctl compaction --physical $REV; do sleep 1; done
leader() { etcdctl endpoint status | awk -F', ' '$9 == "true" {print $1}'; }
for e in $(echo $ETCDCTL_ENDPOINTS | tr , ' '); do
  [ $e = $(leader) ] || ETCDCTL_ENDPOINTS=$e etcdctl defrag
done
ETCDCTL_ENDPOINTS=$(leader) etcdctl defrag
until etcdctl alarm disarm && [ -z "$(etcdctl alarm list)" ] && etcdctl put /apps/$WILD/stopped yes; do sleep 1; done
etcdctl endpoint status -w table
