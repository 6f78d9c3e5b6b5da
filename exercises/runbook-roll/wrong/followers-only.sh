# stops at: restarted
for m in $(lab status | awk '$3 == "follower" {print $1}'); do lab stop $m; lab start $m; sleep 6; done
lab status
