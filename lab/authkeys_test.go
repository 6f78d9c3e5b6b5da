package lab

import "testing"

// Who may not read or write keys may not do so in transactions, by leases or by
// watching either.
func TestPermissionsOfTransactions(t *testing.T) {
	tell(t, 3, func(s *story) {
		s.run(`etcdctl put app/x 1 >/dev/null; etcdctl put secret 1 >/dev/null; etcdctl user add root:r >/dev/null; etcdctl user add bob:b >/dev/null; etcdctl role add app >/dev/null
			etcdctl role grant-permission app readwrite app/ --prefix >/dev/null; etcdctl user grant-role bob app >/dev/null; etcdctl user grant-role root root >/dev/null
			L=$(etcdctl lease grant 300 | awk '{print $2}'); etcdctl put held 1 --lease=$L >/dev/null; etcdctl auth enable 2>/dev/null`, "Authentication Enabled\n")
		for _, c := range []struct{ script, want string }{
			{`printf 'value("app/x") = "1"\n\nput app/x 2\nget app/x\n\n\n' | etcdctl --user bob:b txn`, "SUCCESS\n\nOK\n\napp/x\n2\n"},
			{`printf 'value("app/x") = "3"\n\nput secret 2\n\n\n' | etcdctl --user bob:b txn 2>&1 | tail -n 1`, "Error: etcdserver: permission denied\n"},
			{`printf 'value("secret") = "3"\n\nput app/x 2\n\n\n' | etcdctl --user bob:b txn 2>&1 | tail -n 1`, "Error: etcdserver: permission denied\n"},
			{`printf '\nget secret\n\n\n' | etcdctl --user bob:b txn 2>&1 | tail -n 1`, "Error: etcdserver: permission denied\n"},
			{`printf '\nget app/x\n\n\n' | etcdctl --user bob:b txn`, "SUCCESS\n\napp/x\n2\n"},
			{`L=$(etcdctl --user root:r lease list | tail -n 1); etcdctl --user bob:b lease revoke $L 2>&1 | tail -n 1`, "Error: failed to revoke lease (etcdserver: permission denied)\n"},
			{`L=$(etcdctl --user root:r lease list | tail -n 1); etcdctl --user bob:b put app/x 3 --lease=$L 2>&1 | tail -n 1`, "Error: etcdserver: permission denied\n"},
			{`etcdctl --user bob:b watch secret 2>&1`, "watch was canceled (rpc error: code = PermissionDenied desc = etcdserver: permission denied)\nError: watch is canceled by the server\n"},
			{`timeout 1 etcdctl --user bob:b watch app/x --rev=1; etcdctl --user root:r lock l true && echo unlocked`, "PUT\napp/x\n1\nPUT\napp/x\n2\nunlocked\n"},
		} {
			s.prints(c.script, c.want)
		}
	})
}
