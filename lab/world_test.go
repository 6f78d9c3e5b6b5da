package lab

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/event"
	"quorumlab/lab/labctl"
	"quorumlab/lab/recording"
)

// story is a world under test, with its events.
type story struct {
	*World
	t      *testing.T
	events []event.Event
}

// tell runs a test in a fresh world, in virtual time.
func tell(t *testing.T, members int, test func(s *story)) {
	tellOf(t, recording.World{Members: members}, test)
}

// tellOf is tell in a world of its own making.
func tellOf(t *testing.T, world recording.World, test func(s *story)) {
	synctest.Test(t, func(t *testing.T) {
		s := &story{t: t}
		w, err := New(world, func(line []byte) {
			e, err := event.Decode(line)
			if err != nil {
				t.Errorf("an event that cannot be read: %v in %s", err, line)
			}
			s.events = append(s.events, e)
		})
		if err != nil {
			t.Fatal(err)
		}
		s.World = w
		s.until("the world is ready", func() bool { return s.seen(event.Ready) })
		defer s.end()
		test(s)
	})
}

func (s *story) seen(kind event.Type) bool {
	for _, e := range s.events {
		if e.Type == kind {
			return true
		}
	}
	return false
}

func (s *story) until(what string, is func() bool) {
	s.t.Helper()
	for i := 0; i < 6000; i++ {
		if is() {
			return
		}
		s.RunTick()
	}
	s.t.Fatalf("a minute went by and still not: %s", what)
}

func (s *story) ticks(d time.Duration) {
	for ; d > 0; d -= Tick {
		s.RunTick()
	}
}

func (s *story) end() {
	for _, n := range s.machines() {
		if p := s.process(n); p != nil {
			s.down(n, "test over")
		}
	}
	s.shell.Close()
	s.ticks(20 * time.Second)
	s.net.Close()
}

func (s *story) Start(name string) error { return s.World.Start(name, labctl.ServerFlags{}) }

func (s *story) endpoints(names ...string) []string {
	if len(names) == 0 {
		names = s.names()
	}
	var urls []string
	for _, name := range names {
		urls = append(urls, s.node(name).clientURL())
	}
	return urls
}

func (s *story) put(key, value string, members ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c := s.dialer(workstation)(client.Config{Endpoints: s.endpoints(members...)})
	defer c.Close()
	_, err := c.Put(ctx, &api.PutRequest{Key: []byte(key), Value: []byte(value)})
	return err
}

func (s *story) get(key string, serializable bool, members ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c := s.dialer(workstation)(client.Config{Endpoints: s.endpoints(members...)})
	defer c.Close()
	resp, err := c.Range(ctx, &api.RangeRequest{Key: []byte(key), Serializable: serializable})
	if err != nil || len(resp.Kvs) == 0 {
		return "", err
	}
	return string(resp.Kvs[0].Value), nil
}

func TestEveryMemberServes(t *testing.T) {
	for members := 1; members <= 5; members++ {
		t.Run(fmt.Sprint(members), func(t *testing.T) {
			tell(t, members, func(s *story) {
				for i, name := range s.names() {
					value := fmt.Sprint(i)
					if err := s.put("k", value, name); err != nil {
						t.Fatalf("put through %s: %v", name, err)
					}
					for _, reader := range s.names() {
						if got, err := s.get("k", false, reader); err != nil || got != value {
							t.Errorf("after a put through %s, %s reads %q, %v; want %q", name, reader, got, err, value)
						}
					}
				}
			})
		})
	}
}

func TestLeaderKilledAndBack(t *testing.T) {
	tell(t, 3, func(s *story) {
		old := s.leaderName()
		if err := s.put("a", "1"); err != nil {
			t.Fatal(err)
		}
		if err := s.Kill(old); err != nil {
			t.Fatal(err)
		}
		s.until("another leads", func() bool { l := s.leaderName(); return l != "" && l != old })
		if err := s.put("a", "2"); err != nil {
			t.Fatal(err)
		}
		s.ticks(60 * time.Second)
		if err := s.Start(old); err != nil {
			t.Fatal(err)
		}
		s.ticks(3 * time.Second)
		if got, err := s.get("a", true, old); err != nil || got != "2" {
			t.Errorf("three seconds after its start %s reads %q, %v; want 2", old, got, err)
		}
	})
}

// A follower that comes back to a cluster in which nobody writes serves again,
// however soon it is back: the leader tells it the commit index anew.
func TestFollowerIsBackInAnIdleCluster(t *testing.T) {
	for _, away := range []time.Duration{0, 300 * time.Millisecond, 5 * time.Second} {
		t.Run(away.String(), func(t *testing.T) {
			tell(t, 3, func(s *story) {
				follower := s.names()[0]
				if follower == s.leaderName() {
					follower = s.names()[1]
				}
				if err := s.Kill(follower); err != nil {
					t.Fatal(err)
				}
				s.ticks(away)
				if err := s.Start(follower); err != nil {
					t.Fatal(err)
				}
				s.ticks(3 * time.Second)
				if p := s.process(s.node(follower)); p == nil || !p.Joined() {
					t.Errorf("%s is not up 3 s after its start", follower)
				}
			})
		})
	}
}

func TestNoQuorumNoWrite(t *testing.T) {
	tell(t, 6, func(s *story) {
		if err := s.Partition([][]string{{"m1", "m2", "m3"}, {"m4", "m5", "m6"}}); err != nil {
			t.Fatal(err)
		}
		s.until("nobody leads", func() bool { return s.leaderName() == "" })
		err := s.put("k", "v")
		if failed, ok := err.(*client.Error); !ok || failed.Definite {
			t.Errorf("a put without quorum: %v; want an error whose outcome is not definite", err)
		}
		if err := s.Heal("", ""); err != nil {
			t.Fatal(err)
		}
		s.until("somebody leads", func() bool { return s.leaderName() != "" })
		if err := s.put("k", "w"); err != nil {
			t.Errorf("after the heal: %v", err)
		}
	})
}

func TestNeverStale(t *testing.T) {
	tell(t, 5, func(s *story) {
		if err := s.put("k", "old"); err != nil {
			t.Fatal(err)
		}
		old := s.leaderName()
		var rest []string
		for _, name := range s.names() {
			if name != old {
				rest = append(rest, name)
			}
		}
		if err := s.Partition([][]string{{old}, rest}); err != nil {
			t.Fatal(err)
		}
		s.until("the majority elects", func() bool {
			for _, name := range rest {
				if p := s.process(s.node(name)); p.Leads() {
					return true
				}
			}
			return false
		})
		if err := s.put("k", "new", rest[0]); err != nil {
			t.Fatal(err)
		}
		if got, err := s.get("k", false, old); err == nil {
			t.Errorf("the cut-off leader answered a linearizable read with %q", got)
		}
		if got, err := s.get("k", true, old); err != nil || got != "old" {
			t.Errorf("a serializable read of the cut-off leader: %q, %v; want the old value", got, err)
		}
	})
}
