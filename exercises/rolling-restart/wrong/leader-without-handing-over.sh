# stops at: three
for m in m1 m2 m3; do lab kill $m; lab wait 3s; lab start $m; lab wait 4s; done
etcdctl put upgraded yes
