# Another three, and link by link.
for a in m1 m3 m5; do
  for b in m2 m4 m6; do
    lab cut $a $b
  done
done
lab wait 8s
etcdctl get name
etcdctl put during "with another value"
lab heal
lab wait 4s
etcdctl put after "with another value"
