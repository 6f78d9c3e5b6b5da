package etcdctl

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/files"
)

// users is a cluster that answers the Auth service's calls and tells what it was
// asked.
type users struct {
	client.Client
	asked  []string
	config client.Config
	login  error // of Authenticate
}

func (u *users) dial(c client.Config) client.Client {
	u.config = c
	return u
}

func (u *users) Close() {}

func (u *users) Authenticate(ctx context.Context) error {
	u.asked = append(u.asked, "login "+u.config.User+":"+u.config.Password)
	return u.login
}

func (u *users) Auth(_ context.Context, name string, request, response any) error {
	u.asked = append(u.asked, fmt.Sprintf("%s %+v", name, request))
	header := api.Header{ClusterID: 1, MemberID: 2, Revision: 3, RaftTerm: 4}
	switch r := response.(type) {
	case *api.AuthResponse:
		r.Header = header
	case *api.AuthStatusResponse:
		*r = api.AuthStatusResponse{Header: header, Enabled: true, AuthRevision: 9}
	case *api.AuthUserGetResponse:
		*r = api.AuthUserGetResponse{Header: header, Roles: []string{"a", "b"}}
	case *api.AuthUserListResponse:
		*r = api.AuthUserListResponse{Header: header, Users: []string{"u", "v"}}
	case *api.AuthRoleListResponse:
		*r = api.AuthRoleListResponse{Header: header, Roles: []string{"a", "b"}}
	case *api.AuthRoleGetResponse:
		*r = api.AuthRoleGetResponse{Header: header, Perm: []*api.Permission{
			{PermType: api.PermRead, Key: []byte("k")},
			{PermType: api.PermReadWrite, Key: []byte("p/"), RangeEnd: []byte("p0")},
			{PermType: api.PermWrite, Key: []byte("z"), RangeEnd: []byte{0}},
		}}
	}
	return nil
}

func (u *users) Range(context.Context, *api.RangeRequest) (*api.RangeResponse, error) {
	return &api.RangeResponse{}, nil
}

// run runs a line with what is typed at it.
func (u *users) run(t *testing.T, line, stdin string) (stdout, stderr string, code int) {
	p, out, errs := process(t.Context(), files.New(time.Now), strings.Fields(line)...)
	p.Stdin = strings.NewReader(stdin)
	code = Run(p, u.dial, nil)
	return out.String(), errs.String(), code
}

func TestPasswordsAreAskedFor(t *testing.T) {
	const ask, again = "Password of bob: \n", "Type password of bob again for confirmation: \n"
	for _, x := range []struct {
		line, stdin, stdout, stderr, asked string
		code                               int
	}{
		{"user add bob", "secret\nsecret\n", ask + again + "User bob created\n", "", "Password:secret", 0},
		{"user add bob", "secret\nsicret\n", ask + again, "Error: given passwords are different\n", "", 128},
		{"user add bob", "\n", ask, "Error: empty password\n", "", 128},
		{"user add bob", "", ask, "Error: empty password\n", "", 128},
		{"user add bob --interactive=false", "secret more\n", "User bob created\n", "", "Password:secret ", 0},
		{"user add bob --new-user-password=x:y", "", "User bob created\n", "", "Name:bob Password:x:y", 0},
		{"user add bob:x:y", "", "User bob created\n", "", "Name:bob Password:x:y", 0},
		{"user add bob:", "", "User bob created\n", "", "Name:bob Password: ", 0},
		{"user add bob --no-password", "", "User bob created\n", "", "Name:bob Password: ", 0},
		{"user passwd bob", "new\nnew\n", ask + again + "Password updated\n", "", "Password:new", 0},
		{"user passwd bob --interactive=false", "new\n", "Password updated\n", "", "Password:new", 0},
	} {
		u := &users{}
		stdout, stderr, code := u.run(t, x.line, x.stdin)
		if stdout != x.stdout || stderr != x.stderr || code != x.code || !strings.Contains(strings.Join(u.asked, "\n"), x.asked) {
			t.Errorf("%s: exit %d\n%s%sasked: %q", x.line, code, stdout, stderr, u.asked)
		}
	}
}

// A terminal does not show a password while it is typed.
func TestPasswordsAreNotShown(t *testing.T) {
	u := &users{}
	p, out, _ := process(t.Context(), files.New(time.Now), "user", "add", "bob")
	p.Stdin = strings.NewReader("secret\nsecret\n")
	p.HideTyping = func(hidden bool) { fmt.Fprintf(out, "<%t>", hidden) }
	const shown = "Password of bob: <true>\n<false>Type password of bob again for confirmation: <true>\n<false>User bob created\n"
	if code := Run(p, u.dial, nil); code != 0 || out.String() != shown {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func TestCredentials(t *testing.T) {
	for _, x := range []struct{ line, stdin, login, stdout string }{
		{"--user=bob:pw get a", "", "login bob:pw", ""},
		{"--user=bob --password=p:w get a", "", "login bob:p:w", ""},
		{"--user=bob:x --password=pw get a", "", "login bob:x:pw", ""}, // the whole of --user is the name then
		{"--user=bob get a", "typed\n", "login bob:typed", "Password: \n"},
		{"--user=bob get a", "", "", "Password: \n"}, // nothing typed: nobody
		{"get a", "", "", ""},
	} {
		u := &users{}
		stdout, stderr, code := u.run(t, x.line, x.stdin)
		if got := strings.Join(u.asked, ","); got != x.login || stdout != x.stdout || code != 0 {
			t.Errorf("%s: exit %d, %q\n%s%s", x.line, code, got, stdout, stderr)
		}
	}
}

func TestLoginRefused(t *testing.T) {
	u := &users{login: &client.Error{Code: client.InvalidArgument, Desc: "etcdserver: authentication failed, invalid user ID or password", Definite: true}}
	for _, line := range []string{"get a", "endpoint status", "user list", "defrag", "auth status", "snapshot save x.db", "check perf"} {
		stdout, stderr, code := u.run(t, "--user=bob:pw "+line, "")
		if stdout != "" || stderr != "Error: etcdserver: authentication failed, invalid user ID or password\n" || code != 2 {
			t.Errorf("%s: exit %d\n%s%s", line, code, stdout, stderr)
		}
	}
	stdout, stderr, code := u.run(t, "--user=bob:pw endpoint health", "")
	if code != 1 || !strings.HasSuffix(stderr, "is unhealthy: failed to commit proposal: etcdserver: authentication failed, invalid user ID or password\nError: unhealthy cluster\n") {
		t.Errorf("endpoint health: exit %d\n%s%s", code, stdout, stderr)
	}
}

// The login has --dial-timeout, not --command-timeout.
func TestLoginIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p, out, errs := process(t.Context(), files.New(time.Now), "--user=bob:pw", "--dial-timeout=3s", "get", "a")
		code := Run(p, func(client.Config) client.Client { return deaf{} }, nil)
		if took := time.Since(start); took != 3*time.Second || code != 2 || errs.String() != "Error: context deadline exceeded\n" {
			t.Errorf("exit %d after %v\n%s%s", code, took, out, errs)
		}
	})
}

// deaf never answers.
type deaf struct{ client.Client }

func (deaf) Close() {}

func (deaf) Authenticate(ctx context.Context) error {
	<-ctx.Done()
	return &client.Error{Code: client.DeadlineExceeded, Desc: "context deadline exceeded"}
}

func TestAuthFormats(t *testing.T) {
	const header, fields = `{"header":{"cluster_id":1,"member_id":2,"revision":3,"raft_term":4}`, "\"ClusterID\" : 1\n\"MemberID\" : 2\n\"Revision\" : 3\n\"RaftTerm\" : 4\n"
	for _, x := range []struct {
		line, stdout string
		code         int
	}{
		{"role add r -w json", header + "}\n", 0},
		{"role add r -w fields", fields, 0},
		{"role add r -w table", "", 4},
		{"role add r -w protobuf", "\n\x08\x08\x01\x10\x02\x18\x03 \x04", 0},
		{"auth status", "Authentication Status: true\nAuthRevision: 9\n", 0},
		{"auth status -w json", header + `,"enabled":true,"authRevision":9}` + "\n", 0},
		{"auth status -w fields", "", 4},
		{"auth enable -w json", "Authentication Enabled\n", 0},
		{"user get u", "User: u\nRoles: a b\n", 0},
		{"user get u -w json", header + `,"roles":["a","b"]}` + "\n", 0},
		{"user get u -w fields", "", 4},
		{"user list -w json", header + `,"users":["u","v"]}` + "\n", 0},
		{"role list", "a\nb\n", 0},
		{"role list -w fields", fields + `"Roles" : "a" "b"` + "\n", 0},
		{"role get r", "Role r\nKV Read:\n\tk\n\t[p/, p0) (prefix p/)\nKV Write:\n\t[p/, p0) (prefix p/)\n\t[z, <open ended>\n", 0},
		{"role get r -w fields", fields + "\"PermType\" :  READ\n\"Key\" : \"k\"\n\"RangeEnd\" : \"\"\n" +
			"\"PermType\" :  READWRITE\n\"Key\" : \"p/\"\n\"RangeEnd\" : \"p0\"\n" +
			"\"PermType\" :  WRITE\n\"Key\" : \"z\"\n\"RangeEnd\" : \"\\x00\"\n", 0},
	} {
		stdout, stderr, code := (&users{}).run(t, x.line, "")
		if stdout != x.stdout || code != x.code {
			t.Errorf("%s: exit %d\n%q\nwant\n%q\n%s", x.line, code, stdout, x.stdout, stderr)
		}
	}
}

func TestPermissionIntervals(t *testing.T) {
	for line, want := range map[string]string{
		"revoke-permission r k":                          "Permission of key k is revoked from role r\n",
		"revoke-permission r k l":                        "Permission of range [k, l) is revoked from role r\n",
		"revoke-permission r k --prefix":                 "Permission of range [k, l) is revoked from role r\n",
		"revoke-permission r k --from-key":               "Permission of range [k, <open ended> is revoked from role r\n",
		"revoke-permission r":                            "Error: role revoke-permission command requires role name and key [endkey] as its argument\n",
		"revoke-permission r k l --prefix":               "Error: unexpected endkey argument with --prefix flag\n",
		"grant-permission r READ k --from-key":           "Role r updated\n",
		"grant-permission r read k l --from-key":         "Error: unexpected endkey argument with --from-key flag\n",
		"grant-permission r write k --from-key --prefix": "Error: --from-key and --prefix flags are mutually exclusive\n",
		"grant-permission r readwrites k":                "Error: invalid permission type: readwrites\n",
		"grant-permission r read":                        "Error: role grant command requires role name, permission type, and key [endkey] as its argument\n",
	} {
		stdout, stderr, _ := (&users{}).run(t, "role "+line, "")
		if stdout+stderr != want {
			t.Errorf("%s: %s%s", line, stdout, stderr)
		}
	}
	i := &interval{prefix: true}
	if key, end, err := i.keys([]string{""}); string(key) != "\x00" || string(end) != "\x00" || err != nil {
		t.Errorf("the empty prefix: %q, %q, %v", key, end, err)
	}
}

func TestDebugAndDiscovery(t *testing.T) {
	_, stderr, code := (&users{}).run(t, "--debug --dial-timeout=3s get a", "")
	if code != 0 || !strings.Contains(stderr, "ETCDCTL_DEBUG=true\nETCDCTL_DIAL_TIMEOUT=3s\n") || !strings.Contains(stderr, "ETCDCTL_ENDPOINTS=[127.0.0.1:2379]\n") {
		t.Errorf("exit %d\n%s", code, stderr)
	}
	_, stderr, code = (&users{}).run(t, "-d example.com get a", "")
	if code != 1 || stderr != "Error: dns lookup errors: lookup _etcd-client-ssl._tcp.example.com: no such host and lookup _etcd-client._tcp.example.com: no such host\n" {
		t.Errorf("exit %d\n%s", code, stderr)
	}
}

func TestCompletionScripts(t *testing.T) {
	for shell, want := range map[string]string{
		"bash": "# bash completion for etcdctl", "zsh": "#compdef etcdctl", "fish": "# fish completion for etcdctl", "powershell": "# powershell completion for etcdctl",
	} {
		stdout, stderr, code := (&users{}).run(t, "completion "+shell, "")
		if code != 0 || !strings.HasPrefix(stdout, want) {
			t.Errorf("%s: exit %d, %.60q\n%s", shell, code, stdout, stderr)
		}
	}
	stdout, stderr, code := (&users{}).run(t, "completion tcsh", "")
	if code != 1 || !strings.HasPrefix(stderr, `Error: invalid argument "tcsh" for "etcdctl completion"`) || !strings.HasPrefix(stdout, "NAME:\n  completion - Generate completion script\n") {
		t.Errorf("tcsh: exit %d\n%s%s", code, stdout, stderr)
	}
}
