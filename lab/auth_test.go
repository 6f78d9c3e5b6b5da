package lab

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/event"
	"quorumlab/lab/recording"
)

// types runs lines at the workstation's shell, each of which has to succeed, and
// gives what the last one printed.
func (s *story) types(lines ...string) (output string) {
	s.t.Helper()
	for _, line := range lines {
		var code int
		if code, output = s.runQuietly(line); code != 0 {
			s.t.Fatalf("$ %s\n%sexit status %d", line, output, code)
		}
	}
	return output
}

// withAlice turns authentication on: alice may read and write app/, bob nothing.
func (s *story) withAlice() {
	s.types(
		"etcdctl user add root:rootpw", "etcdctl user add alice:alicepw", "etcdctl user add bob:bobpw",
		"etcdctl role add app", "etcdctl role grant-permission app readwrite app/ --prefix",
		"etcdctl user grant-role alice app", "etcdctl auth enable",
	)
}

// login is a client of a user, at the members named.
func (s *story) login(user string, members ...string) client.Client {
	s.t.Helper()
	c := s.dialer(workstation)(client.Config{Endpoints: s.endpoints(members...), User: user, Password: user + "pw"})
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := c.Authenticate(ctx); err != nil {
		s.t.Fatalf("%s logs in at %v: %v", user, members, err)
	}
	return c
}

// try does one thing and gives the refusal, or "".
func (s *story) try(do func(ctx context.Context) error) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := do(ctx)
	var refused *client.Error
	if errors.As(err, &refused) {
		if !refused.Definite {
			s.t.Errorf("%v: a refusal is definite", err)
		}
		return refused.Desc
	}
	if err != nil {
		s.t.Error(err)
	}
	return ""
}

// enforces checks what alice, bob and nobody may do at one member.
func (s *story) enforces(member string) {
	s.t.Helper()
	const denied, noName = "etcdserver: permission denied", "etcdserver: user name is empty"
	nobody := s.dialer(workstation)(client.Config{Endpoints: s.endpoints(member)})
	alice, bob := s.login("alice", member), s.login("bob", member)
	for _, c := range []client.Client{nobody, alice, bob} {
		defer c.Close()
	}
	put := func(c client.Client, key string) string {
		return s.try(func(ctx context.Context) error {
			_, err := c.Put(ctx, &api.PutRequest{Key: []byte(key), Value: []byte("v")})
			return err
		})
	}
	get := func(c client.Client, key, end string, stale bool) string {
		return s.try(func(ctx context.Context) error {
			_, err := c.Range(ctx, &api.RangeRequest{Key: []byte(key), RangeEnd: []byte(end), Serializable: stale})
			return err
		})
	}
	for _, x := range []struct{ what, got, want string }{
		{"alice puts app/x", put(alice, "app/x"), ""},
		{"alice puts x", put(alice, "x"), denied},
		{"bob puts app/x", put(bob, "app/x"), denied},
		{"nobody puts app/x", put(nobody, "app/x"), noName},
		{"alice reads app/", get(alice, "app/", "app0", false), ""},
		{"alice reads app/ from this member alone", get(alice, "app/", "app0", true), ""},
		{"alice reads beyond it", get(alice, "app/", "b", true), denied},
		{"alice reads everything", get(alice, "\x00", "\x00", false), denied},
		{"bob reads app/x", get(bob, "app/x", "", true), denied},
		{"nobody reads app/x", get(nobody, "app/x", "", true), noName},
	} {
		if x.got != x.want {
			s.t.Errorf("%s: %s: %q, want %q", member, x.what, x.got, x.want)
		}
	}
}

// A member enforces what was decided, however it came to know of it.
func TestPermissionsOfEveryMember(t *testing.T) {
	tellOf(t, recording.World{Members: 3, SnapshotCount: 20}, func(s *story) {
		s.withAlice()
		leader := s.leaderName()
		var restarted, installed string
		for _, name := range s.names() {
			switch {
			case name == leader:
			case restarted == "":
				restarted = name
			default:
				installed = name
			}
		}
		s.types("lab kill " + restarted)
		s.types("lab start " + restarted)
		s.until("it serves", func() bool { return s.process(s.node(restarted)).Joined() })
		s.enforces(restarted)

		s.types("lab kill "+installed, "etcdctl --user=root:rootpw user passwd bob --interactive=false <<<newpw", "etcdctl --user=root:rootpw user passwd bob --interactive=false <<<bobpw")
		for i := range 60 {
			s.types(fmt.Sprintf("etcdctl --user=alice:alicepw put app/%d v", i))
		}
		s.ticks(30 * time.Second) // raft looks at its log every ten to twenty
		begin := len(s.events)
		s.types("lab start " + installed)
		s.until("it serves", func() bool { return s.process(s.node(installed)).Joined() })
		if !s.installed(installed, begin) {
			t.Fatalf("%s was sent no snapshot", installed)
		}
		for _, name := range s.names() {
			s.enforces(name)
		}
		s.sameUsers()
	})
}

func (s *story) installed(member string, since int) bool {
	for _, e := range s.events[since:] {
		if e.Type == event.Snapshot && e.Member == member && e.What == "installed" {
			return true
		}
	}
	return false
}

// sameUsers wants users, roles and hashes to be equal in all members.
func (s *story) sameUsers() {
	s.t.Helper()
	s.ticks(time.Second)
	first := s.process(s.machines()[0]).Users()
	for _, n := range s.machines()[1:] {
		if got := s.process(n).Users(); !reflect.DeepEqual(got, first) {
			s.t.Errorf("%s has %+v, %s has %+v", n.name, got, s.machines()[0].name, first)
		}
	}
}

// A client whose token is not known any more gets another by itself: tokens end
// with the process, and five minutes after their last use.
func TestTokensAreRenewed(t *testing.T) {
	tell(t, 1, func(s *story) {
		s.withAlice()
		alice := s.login("alice", "m1")
		defer alice.Close()
		put := func() string {
			return s.try(func(ctx context.Context) error {
				_, err := alice.Put(ctx, &api.PutRequest{Key: []byte("app/x"), Value: []byte("v")})
				return err
			})
		}
		for _, x := range []struct {
			what    string
			happens func()
		}{
			{"at once", func() {}},
			{"six minutes later", func() { s.ticks(6 * time.Minute) }},
			{"after a restart", func() {
				s.types("lab kill m1", "lab start m1")
				s.until("it serves", func() bool { return s.process(s.node("m1")).Joined() })
			}},
			{"after a change", func() { s.types("etcdctl --user=root:rootpw role add other") }},
			{"after a new beginning", func() { s.types("etcdctl --user=root:rootpw auth disable", "etcdctl auth enable") }},
			{"while nobody needs it", func() { s.types("etcdctl --user=root:rootpw auth disable") }},
		} {
			x.happens()
			if got := put(); got != "" {
				t.Errorf("%s: %s", x.what, got)
			}
		}
	})
}

// A saved snapshot holds users and roles, and a cluster made of it has them.
func TestUsersAreRestored(t *testing.T) {
	tell(t, 3, func(s *story) {
		s.withAlice()
		s.types("etcdctl --user=alice:alicepw put app/x 1", "ETCDCTL_ENDPOINTS=http://m1:2379 etcdctl --user=root:rootpw snapshot save s.db", "lab kill all", "lab wipe all")
		peers := "m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380,m3=http://10.0.0.13:2380"
		for i, name := range s.names() {
			s.types(fmt.Sprintf("etcdutl snapshot restore s.db --name %s --data-dir %[1]s.etcd --initial-cluster %s --initial-advertise-peer-urls http://10.0.0.%d:2380", name, peers, 11+i))
		}
		s.types("lab start all")
		s.until("somebody leads", func() bool { return s.leaderName() != "" })
		s.until("all serve", func() bool {
			for _, n := range s.machines() {
				if p := s.process(n); p == nil || !p.Joined() {
					return false
				}
			}
			return true
		})
		if got := s.types("etcdctl --user=alice:alicepw get app/x"); got != "app/x\n1\n" {
			t.Errorf("alice reads %q", got)
		}
		for _, name := range s.names() {
			s.enforces(name)
		}
	})
}

// Administrators' calls need one, whatever they are about.
func TestAdministration(t *testing.T) {
	tell(t, 1, func(s *story) {
		s.withAlice()
		for line, want := range map[string]string{
			"user list": "denied", "role add x": "denied", "auth disable": "denied", "auth status": "denied",
			"endpoint hashkv": "denied", "snapshot save x.db": "denied", "defrag": "denied", "compaction 1": "denied", "downgrade cancel": "denied",
			"member list": "", "endpoint status": "", "alarm list": "", "user get alice": "", "role get app": "",
		} {
			code, output := s.runQuietly("etcdctl --user=alice:alicepw " + line)
			if refused := strings.Contains(output, "etcdserver: permission denied"); refused != (want != "") || refused != (code != 0) {
				t.Errorf("alice: %s: exit status %d\n%s", line, code, output)
			}
			if code, output := s.runQuietly("etcdctl " + line); code == 0 || !strings.Contains(output, "etcdserver: user name is empty") {
				t.Errorf("nobody: %s: exit status %d\n%s", line, code, output)
			}
			if _, output := s.runQuietly("etcdctl --user=root:rootpw " + line); strings.Contains(output, "denied") {
				t.Errorf("root: %s: %s", line, output)
			}
			s.runQuietly("etcdctl user add root:rootpw; etcdctl auth enable") // root may turn it off
		}
	})
}

// The cluster's version follows a downgrade after some seconds, on every member,
// and one that was away hears of it.
func TestDowngrade(t *testing.T) {
	tell(t, 3, func(s *story) {
		version := func() string {
			return s.types(`etcdctl endpoint status -w json | tr , '\n' | grep -o '"storageVersion":"[^"]*"' | sort -u`)
		}
		s.types("lab kill m3", "sleep 3", "etcdctl downgrade enable 3.5")
		if code, output := s.runQuietly("etcdctl downgrade enable 3.5"); code == 0 || !strings.Contains(output, "downgrade job in progress") {
			t.Errorf("again: exit status %d\n%s", code, output)
		}
		s.types("lab start m3", "sleep 10")
		if got := version(); got != `"storageVersion":"3.5.0"`+"\n" {
			t.Errorf("after the downgrade: %s", got)
		}
		if got := s.types("etcdctl downgrade cancel"); got != "Downgrade cancel success, cluster version 3.5\n" {
			t.Error(got)
		}
		s.types("sleep 10")
		if got := version(); got != `"storageVersion":"3.6.0"`+"\n" {
			t.Errorf("ten seconds after its end: %s", got)
		}
	})
}
