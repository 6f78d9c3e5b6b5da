package lab

import (
	"context"
	"strings"
	"testing"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/event"
)

func (s *story) client(members ...string) client.Client {
	return s.dialer(workstation)(client.Config{Endpoints: s.endpoints(members...), DialTimeout: 2 * time.Second})
}

// grant grants a lease and puts a key with it.
func (s *story) grant(c client.Client, key string, ttl int64) int64 {
	s.t.Helper()
	lease, err := c.LeaseGrant(context.Background(), &api.LeaseGrantRequest{TTL: ttl})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := c.Put(context.Background(), &api.PutRequest{Key: []byte(key), Value: []byte("v"), Lease: lease.ID}); err != nil {
		s.t.Fatal(err)
	}
	return lease.ID
}

// holds tells which of the members given still have a key, asked one by one.
func (s *story) holds(key string, members ...string) (holders []string) {
	s.t.Helper()
	for _, name := range members {
		got, err := s.get(key, true, name)
		if err != nil {
			s.t.Fatalf("%s: %v", name, err)
		}
		if got != "" {
			holders = append(holders, name)
		}
	}
	return holders
}

// told counts the events of leases.
func (s *story) told(what string) (n int) {
	for _, e := range s.events {
		if e.Type == event.Lease && e.What == what {
			n++
		}
	}
	return n
}

func (s *story) follower() string {
	for _, name := range s.names() {
		if name != s.leaderName() {
			return name
		}
	}
	return ""
}

// A lease ends within half a second after its time, everywhere, and takes its
// keys along in one transaction.
func TestLeaseEnds(t *testing.T) {
	tell(t, 3, func(s *story) {
		c := s.client(s.follower())
		defer c.Close()
		id := s.grant(c, "a", 5)
		if _, err := c.Put(context.Background(), &api.PutRequest{Key: []byte("b"), Value: []byte("v"), Lease: id}); err != nil {
			t.Fatal(err)
		}
		s.ticks(4500 * time.Millisecond)
		if got := s.holds("a", s.names()...); len(got) != 3 {
			t.Errorf("after 4.5 s only %q have the key", got)
		}
		s.ticks(1200 * time.Millisecond)
		if got := append(s.holds("a", s.names()...), s.holds("b", s.names()...)...); len(got) != 0 {
			t.Errorf("after 5.7 s %q have a key", got)
		}
		if s.told("granted") != 1 || s.told("expired") != 1 || s.told("revoked") != 0 {
			t.Errorf("%d granted, %d expired, %d revoked", s.told("granted"), s.told("expired"), s.told("revoked"))
		}
		for _, e := range s.events {
			if e.Type == event.KV && len(e.Ops) > 0 && e.Ops[0].Op == "delete" && (len(e.Ops) != 2 || e.Rev != 4) {
				t.Errorf("keys are gone in %d changes at revision %d", len(e.Ops), e.Rev)
			}
		}
	})
}

// Whoever leads next gives a lease its whole time.
func TestLeaseOutlivesItsLeader(t *testing.T) {
	tell(t, 3, func(s *story) {
		old := s.leaderName()
		c := s.client()
		defer c.Close()
		id := s.grant(c, "a", 10)
		s.ticks(9 * time.Second)
		if err := s.Kill(old); err != nil {
			t.Fatal(err)
		}
		s.until("another leads", func() bool { l := s.leaderName(); return l != "" && l != old })
		s.ticks(time.Second)
		got, err := c.LeaseTimeToLive(context.Background(), &api.LeaseTimeToLiveRequest{ID: id, Keys: true})
		if err != nil || got.TTL < 9 || got.GrantedTTL != 10 || len(got.Keys) != 1 {
			t.Errorf("a second after the election: %+v, %v", got, err)
		}
		s.ticks(8 * time.Second)
		if holders := s.holds("a", s.leaderName()); len(holders) != 1 {
			t.Error("the lease did not get its whole time")
		}
		s.ticks(4 * time.Second)
		if holders := s.holds("a", s.leaderName()); len(holders) != 0 {
			t.Error("the lease did not end")
		}
	})
}

// A lease that is kept alive through a follower lives on, whoever leads, and
// ends when its owner does.
func TestKeepAlive(t *testing.T) {
	tell(t, 3, func(s *story) {
		c := s.client()
		defer c.Close()
		id := s.grant(c, "a", 6)
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		answers := 0
		go func() {
			ended <- c.KeepAlive(ctx, id, func(r *api.LeaseKeepAliveResponse) {
				if answers++; r.TTL != 6 {
					t.Errorf("kept alive for %d s", r.TTL)
				}
			})
		}()
		s.ticks(20 * time.Second)
		if err := s.Kill(s.leaderName()); err != nil {
			t.Fatal(err)
		}
		s.ticks(20 * time.Second)
		if holders := s.holds("a", s.leaderName()); len(holders) != 1 || answers < 15 || answers > 25 {
			t.Errorf("after 40 s %q have the key; %d answers", holders, answers)
		}
		stop()
		if err := <-ended; err != context.Canceled {
			t.Errorf("ended with %v", err)
		}
		s.ticks(7 * time.Second)
		if holders := s.holds("a", s.leaderName()); len(holders) != 0 {
			t.Error("nobody keeps the lease alive, and it lives")
		}
		if err := c.KeepAlive(context.Background(), id, func(*api.LeaseKeepAliveResponse) {}); err != nil {
			t.Errorf("of a lease that is gone: %v", err)
		}
		if _, err := c.KeepAliveOnce(context.Background(), id); err == nil || !strings.Contains(err.Error(), "requested lease not found") {
			t.Errorf("once: %v", err)
		}
	})
}

// A leader that is cut off ends no lease; those who elect another one go by what
// that one counts.
func TestLeaseAndPartition(t *testing.T) {
	tell(t, 5, func(s *story) {
		old := s.leaderName()
		var rest []string
		for _, name := range s.names() {
			if name != old {
				rest = append(rest, name)
			}
		}
		c := s.client(rest...)
		defer c.Close()
		id := s.grant(c, "a", 10)
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		go func() { _ = c.KeepAlive(ctx, id, func(*api.LeaseKeepAliveResponse) {}) }()
		s.ticks(time.Second)
		if err := s.Partition([][]string{{old}, rest}); err != nil {
			t.Fatal(err)
		}
		s.ticks(30 * time.Second)
		if got := s.holds("a", s.names()...); len(got) != 5 {
			t.Errorf("after 30 s only %q have the key", got)
		}
		if err := s.Heal("", ""); err != nil {
			t.Fatal(err)
		}
		s.ticks(10 * time.Second)
		if got := s.holds("a", s.names()...); len(got) != 5 {
			t.Errorf("after the heal only %q have the key", got)
		}
	})
}

// run runs a script as a learner would type it, and wants it to print something.
func (s *story) run(script, want string) {
	s.t.Helper()
	code, got := s.RunScript(script)
	if code != 0 || got != want {
		s.t.Errorf("$ %s\nexit %d, printed\n%swant\n%s", script, code, got, want)
	}
}

// Leases come back with a member that was away, from its log and from a snapshot
// of its leader's, and with a cluster that is restored from a file.
func TestLeasesComeBack(t *testing.T) {
	tell(t, 3, func(s *story) {
		away := s.follower()
		if err := s.Kill(away); err != nil {
			t.Fatal(err)
		}
		s.config.SnapshotCount = 20
		for _, name := range s.names() { // so that they take snapshots soon
			if name != away {
				if err := s.Stop(name); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, name := range s.names() {
			if name != away {
				if err := s.Start(name); err != nil {
					t.Fatal(err)
				}
			}
		}
		s.until("they are back", func() bool { return s.leaderName() != "" })
		s.run(`etcdctl lease grant 600 >l; L=$(awk '{print $2}' l); etcdctl put --lease=$L svc/a on; etcdctl lease grant 700 >/dev/null
			for i in $(seq 60); do etcdctl put k $i >/dev/null; done`, "OK\n")
		s.ticks(15 * time.Second)
		if err := s.Start(away); err != nil {
			t.Fatal(err)
		}
		s.ticks(3 * time.Second)
		url := s.endpoints(away)[0]
		s.run("ETCDCTL_ENDPOINTS="+url+" etcdctl lease list | head -1; etcdctl get svc/a --print-value-only", "found 2 leases\non\n")
		s.run("etcdctl lease revoke $(awk '{print $2}' l) | awk '{print $3}'; ETCDCTL_ENDPOINTS="+url+" etcdctl get svc/a; etcdctl lease list | head -1",
			"revoked\nfound 1 leases\n")
	})
}

func TestSnapshotFileHasLeases(t *testing.T) {
	tell(t, 1, func(s *story) {
		s.run(`etcdctl lease grant 600 >l; L=$(awk '{print $2}' l); etcdctl put --lease=$L svc/a on; etcdctl snapshot save s.db >/dev/null 2>&1
			etcdctl lease revoke $L >/dev/null; lab kill m1 >/dev/null; lab wipe m1 >/dev/null
			etcdutl snapshot restore s.db --name m1 --data-dir m1.etcd --initial-cluster m1=http://10.0.0.1:2380 --initial-advertise-peer-urls http://10.0.0.1:2380 2>/dev/null
			lab start m1`, "OK\nm1 is started\n")
		s.until("it serves", func() bool { return s.allJoined() })
		s.run("etcdctl lease timetolive $(awk '{print $2}' l) --keys | sed 's/^lease [0-9a-f]* //; s/remaining([0-9]*s)/remaining/'", "granted with TTL(600s), remaining, attached keys([svc/a])\n")
	})
}
