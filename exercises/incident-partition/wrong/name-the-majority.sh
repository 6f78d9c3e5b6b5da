# stops at: minority
RIGHT=$(etcdctl endpoint health 2> /dev/null | grep 'is healthy' | cut -d ' ' -f 1 | head -n 1)
export ETCDCTL_ENDPOINTS=$RIGHT
etcdctl put /incident/side majority
NAME=$(echo $RIGHT | grep -o '10.0.0.1[1-5]' | tail -c 2)
etcdctl put /incident/minority m$NAME
lab heal
lab wait 6s
