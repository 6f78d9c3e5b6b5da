# stops at: well
for m in m1 m2 m3; do lab kill $m; sleep 4; lab start $m; sleep 6; done
lab status
