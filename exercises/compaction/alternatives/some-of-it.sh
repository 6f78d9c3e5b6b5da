# Not up to the newest is enough, if it is beyond what is asked for.
etcdctl get config --rev=3 -w json
etcdctl get config --rev=6
REV=$(etcdctl get config -w fields | awk '/^"Revision"/ {print $3}')
etcdctl compaction $((REV - 2))
etcdctl get config --rev=3
etcdctl get config --print-value-only
