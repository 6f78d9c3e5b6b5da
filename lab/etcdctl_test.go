package lab

import (
	"testing"
)

// What etcdctl does with other commands, and what its own do with each other, in
// a real world. What it prints besides is held to recordings of the real one.
func TestEtcdctl(t *testing.T) {
	for name, c := range map[string]struct{ script, want string }{
		"a watch runs a command for each event": {
			`etcdctl put k 0 >/dev/null
			etcdctl watch k --rev=1 -- sh -c 'echo "$ETCD_WATCH_EVENT_TYPE $ETCD_WATCH_KEY $ETCD_WATCH_VALUE $ETCD_WATCH_REVISION"' >w &
			sleep 1; etcdctl put k '1 2' >/dev/null; etcdctl del k >/dev/null; sleep 1; kill %1; grep '"' w`,
			"\"PUT\" \"k\" \"0\" 2\n\"PUT\" \"k\" \"1 2\" 3\n\"DELETE\" \"k\" \"\" 4\n",
		},
		"a watch ends when its command fails": {
			`etcdctl put k 0 >/dev/null; etcdctl watch k --rev=1 -- false; echo $?; etcdctl watch k --rev=1 -- nosuch; echo $?`,
			"PUT\nk\n0\ncommand [\"false\"] error (exit status 1)\n1\nPUT\nk\n0\ncommand [\"nosuch\"] error (exec: \"nosuch\": executable file not found in $PATH)\n1\n",
		},
		"a lock is held while a command runs": {
			`etcdctl lock l sh -- -c 'test "$(etcdctl get l --prefix --keys-only | head -1)" = "$ETCD_LOCK_KEY" && echo "held since $ETCD_LOCK_REV"'; etcdctl get l --prefix; etcdctl lock l nosuch; echo $?`,
			"held since 2\nError: exec: \"nosuch\": executable file not found in $PATH\n1\n",
		},
		"who waits for a lock gives up the place in the queue": {
			`etcdctl lock l >/dev/null & sleep 1; timeout 1 etcdctl lock l; echo $?; etcdctl get l --prefix --keys-only | grep -c l; kill %1; sleep 1; etcdctl get l --prefix`,
			"Error: context canceled\n124\n1\n",
		},
		"an office goes to the next in the queue": {
			`etcdctl elect o a >a & sleep 1; etcdctl elect o b >b & etcdctl elect -l o >l & sleep 1; kill %1; sleep 1; kill %2; sleep 1; kill %3
			tail -qn 1 a b; grep -v / l; etcdctl get o --prefix`,
			"a\nb\na\nb\n",
		},
		"what the real one cannot stand": {
			`printf 'lease("k") = "1"\n\nput a 1\n\n\n' | etcdctl txn; echo $?; etcdctl get a`,
			"panic: bad value\n\ngoroutine 1 [running]:\n2\n",
		},
		"lines of watch -i": {
			`etcdctl put k 0 >/dev/null; { echo 'watch k --rev=1 --prev-kv'; echo 'watch j -- echo seen'; sleep 1; etcdctl put k 1 >/dev/null; etcdctl put j 1 >/dev/null; sleep 1; echo progress; sleep 1; } | etcdctl watch -i; echo $?`,
			"PUT\nk\n0\nPUT\nk\n0\nk\n1\nPUT\nj\n1\nseen\nprogress notify: 4\nprogress notify: 4\nError: error reading watch request line: EOF\n3\n",
		},
		"a lease of one's own": {
			`L=$(etcdctl lease grant 5 | awk '{print $2}'); etcdctl lease keep-alive $L | tail -n 1 | sed "s/$L/L/" >k & etcdctl put a 1 --lease=$L; sleep 9; etcdctl get a --print-value-only
			etcdctl put a 2 --ignore-lease; etcdctl put b 1 --lease=$L; etcdctl put b 2; etcdctl lease revoke $L | sed "s/$L/L/"; sleep 3; cat k; etcdctl get '' --from-key`,
			"OK\n1\nOK\nOK\nOK\nlease L revoked\nlease L expired or revoked.\nb\n2\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			tell(t, 3, func(s *story) { s.prints(c.script, c.want) })
		})
	}
}

// prints wants a script to print something, whatever its exit code.
func (s *story) prints(script, want string) {
	s.t.Helper()
	if _, got := s.RunScript(script); got != want {
		s.t.Errorf("$ %s\nprinted\n%swant\n%s", script, got, want)
	}
}
