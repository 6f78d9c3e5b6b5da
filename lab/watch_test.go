package lab

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/concurrency"
	"quorumlab/lab/event"
)

// watched is what a watch was told.
type watched struct {
	mu     sync.Mutex
	events []string
	last   *api.WatchResponse
}

func (w *watched) take(r *api.WatchResponse) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = r
	for _, e := range r.Events {
		w.events = append(w.events, eventText(e))
	}
	return nil
}

func (w *watched) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.events, "\n")
}

func eventText(e *api.Event) string {
	prev := ""
	if e.PrevKv != nil {
		prev = fmt.Sprintf(" was %s", e.PrevKv.Value)
	}
	return fmt.Sprintf("%d %d %s=%s%s", e.Kv.ModRevision, e.Type, e.Kv.Key, e.Kv.Value, prev)
}

// watch begins a watch through the members given; stop ends it.
func (s *story) watch(r *api.WatchCreateRequest, members ...string) (w *watched, stop func() error) {
	w = &watched{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		c := s.client(members...)
		defer c.Close()
		done <- c.Watch(ctx, r, w.take)
	}()
	return w, func() error {
		cancel()
		return <-done
	}
}

// Watches miss nothing and see nothing twice, in the order of revisions, whatever
// becomes of the members that they are served by: those from history on, and
// those of what is to come. A failure names its seed.
func TestWatchesMissNothing(t *testing.T) {
	for seed := range int64(8) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			tell(t, 3, func(s *story) { s.watchUnderFaults(rand.New(rand.NewSource(seed))) })
		})
	}
}

func (s *story) watchUnderFaults(chance *rand.Rand) {
	t := s.t
	everything := func() *api.WatchCreateRequest {
		return &api.WatchCreateRequest{Key: []byte{0}, RangeEnd: []byte{0}, StartRevision: 1, PrevKv: true}
	}
	var all []*watched
	for i := range s.names() {
		order := append(append([]string(nil), s.names()[i:]...), s.names()[:i]...)
		w, stop := s.watch(everything(), order...)
		defer func() { _ = stop() }()
		all = append(all, w)
	}
	for round := range 12 {
		s.writeSome(chance)
		s.faults(chance)
		s.ticks(time.Duration(chance.Intn(3000)) * time.Millisecond)
		if round == 6 {
			w, stop := s.watch(everything(), s.names()...)
			defer func() { _ = stop() }()
			all = append(all, w)
		}
	}
	s.mend()
	if err := s.put("end", "1"); err != nil {
		t.Fatal(err)
	}
	want, stop := s.watch(everything(), s.leaderName())
	s.ticks(15 * time.Second)
	_ = stop()
	if !strings.Contains(want.text(), "end=1") {
		t.Fatalf("the last write is not there: %s", want.text())
	}
	for i, w := range all {
		if w.text() != want.text() {
			t.Errorf("watch %d saw\n%s\nwant\n%s", i, w.text(), want.text())
		}
	}
}

// writeSome writes; what becomes of the writes does not matter.
func (s *story) writeSome(chance *rand.Rand) {
	c := s.client()
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	key := func() []byte { return []byte{byte('a' + chance.Intn(4))} }
	for range 1 + chance.Intn(5) {
		switch chance.Intn(4) {
		case 0:
			_, _ = c.DeleteRange(ctx, &api.DeleteRangeRequest{Key: key(), RangeEnd: []byte("d")})
		case 1:
			_, _ = c.Txn(ctx, &api.TxnRequest{Success: []*api.RequestOp{
				{Put: &api.PutRequest{Key: []byte("a"), Value: []byte("t")}}, {Put: &api.PutRequest{Key: []byte("b"), Value: []byte("t")}},
			}})
		default:
			_, _ = c.Put(ctx, &api.PutRequest{Key: key(), Value: fmt.Append(nil, chance.Intn(100))})
		}
	}
}

// faults does something to somebody; those who are down come back some time.
func (s *story) faults(chance *rand.Rand) {
	name := s.names()[chance.Intn(3)]
	switch chance.Intn(6) {
	case 0:
		_ = s.Kill(name)
	case 1:
		_ = s.Pause(name)
	case 2:
		others := slices.DeleteFunc(s.names(), func(other string) bool { return other == name })
		if err := s.Partition([][]string{{name}, others}); err != nil {
			s.t.Fatal(err)
		}
	case 3:
		_ = s.Heal("", "")
	default:
		s.mend()
	}
}

// mend makes everything well again.
func (s *story) mend() {
	_ = s.Heal("", "")
	for _, name := range s.names() {
		_ = s.Resume(name)
		if s.process(s.node(name)) == nil {
			if err := s.Start(name); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	s.until("all are up", func() bool { return s.allJoined() && s.leaderName() != "" })
}

func TestWatchFrom(t *testing.T) {
	tell(t, 1, func(s *story) {
		for i := range 5 {
			if err := s.put("k", fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		key := []byte("k")
		for name, c := range map[string]struct {
			request api.WatchCreateRequest
			want    string
		}{
			"what is to come":    {api.WatchCreateRequest{}, "7 0 k=live\n8 1 k="},
			"history":            {api.WatchCreateRequest{StartRevision: 5}, "5 0 k=3\n6 0 k=4\n7 0 k=live\n8 1 k="},
			"the future":         {api.WatchCreateRequest{StartRevision: 8}, "8 1 k="},
			"deletions only":     {api.WatchCreateRequest{StartRevision: 5, Filters: []int32{api.FilterNoPut}}, "8 1 k="},
			"puts only":          {api.WatchCreateRequest{StartRevision: 6, Filters: []int32{api.FilterNoDelete}, PrevKv: true}, "6 0 k=4 was 3\n7 0 k=live was 4"},
			"with what was":      {api.WatchCreateRequest{StartRevision: 7, PrevKv: true}, "7 0 k=live was 4\n8 1 k= was live"},
			"a range without it": {api.WatchCreateRequest{StartRevision: 2, RangeEnd: []byte("j")}, ""},
		} {
			c.request.Key = key
			w, stop := s.watch(&c.request)
			defer func() {
				_ = stop()
				if w.text() != c.want {
					t.Errorf("%s:\n%s\nwant\n%s", name, w.text(), c.want)
				}
			}()
		}
		s.ticks(100 * time.Millisecond)
		if err := s.put("k", "live"); err != nil {
			t.Fatal(err)
		}
		s.run("etcdctl del k", "1\n")
		s.ticks(100 * time.Millisecond)
	})
}

// A watch of what is compacted ends with a message that says so, and goes no
// further; one that was told of it already goes on.
func TestWatchCompacted(t *testing.T) {
	tell(t, 1, func(s *story) {
		live, stop := s.watch(&api.WatchCreateRequest{Key: []byte("k"), StartRevision: 2})
		for i := range 5 {
			if err := s.put("k", fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		c := s.client()
		defer c.Close()
		if _, err := c.Compact(context.Background(), &api.CompactionRequest{Revision: 5}); err != nil {
			t.Fatal(err)
		}
		w := &watched{}
		if err := c.Watch(context.Background(), &api.WatchCreateRequest{Key: []byte("k"), StartRevision: 3}, w.take); err != nil {
			t.Errorf("ended with %v", err)
		}
		if w.last == nil || !w.last.Canceled || w.last.CompactRevision != 5 || w.last.Header.Revision != 0 || w.text() != "" {
			t.Errorf("from before the compaction: %+v", w.last)
		}
		if err := s.put("k", "after"); err != nil {
			t.Fatal(err)
		}
		s.ticks(time.Second)
		_ = stop()
		if !strings.HasSuffix(live.text(), "6 0 k=4\n7 0 k=after") {
			t.Errorf("the live one saw\n%s", live.text())
		}
	})
}

// A watch that requires a leader ends when there is none; the others wait.
func TestWatchWithoutLeader(t *testing.T) {
	tell(t, 3, func(s *story) {
		strict, _ := s.watch(&api.WatchCreateRequest{Key: []byte("k"), RequireLeader: true}, "m1")
		patient, stop := s.watch(&api.WatchCreateRequest{Key: []byte("k")}, "m1")
		s.ticks(time.Second)
		for _, name := range []string{"m2", "m3"} {
			if err := s.Kill(name); err != nil {
				t.Fatal(err)
			}
		}
		s.ticks(7 * time.Second)
		if strict.last == nil || !strict.last.Canceled || strict.last.CancelReason != "etcdserver: no leader" {
			t.Errorf("without a leader it was told %+v", strict.last)
		}
		late, _ := s.watch(&api.WatchCreateRequest{Key: []byte("k"), RequireLeader: true}, "m1")
		s.ticks(100 * time.Millisecond)
		if late.last == nil || late.last.CancelReason != "etcdserver: no leader" {
			t.Errorf("a new one was told %+v", late.last)
		}
		s.mend()
		if err := s.put("k", "v"); err != nil {
			t.Fatal(err)
		}
		s.ticks(time.Second)
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
		if patient.text() != "2 0 k=v" {
			t.Errorf("the patient one saw %q", patient.text())
		}
		canceled := 0
		for _, e := range s.events {
			if e.Type == event.Watch && e.What == "canceled" && e.Why == "etcdserver: no leader" {
				canceled++
			}
		}
		if canceled != 1 {
			t.Errorf("%d watches are told to be canceled for want of a leader, want 1", canceled)
		}
	})
}

// A member that is frozen answers no keep-alive: its watches go on elsewhere.
func TestWatchLeavesFrozenMember(t *testing.T) {
	tell(t, 3, func(s *story) {
		frozen := s.follower()
		order := []string{frozen, s.leaderName()}
		w, stop := s.watch(&api.WatchCreateRequest{Key: []byte("k")}, order...)
		s.ticks(time.Second)
		if err := s.Pause(frozen); err != nil {
			t.Fatal(err)
		}
		if err := s.put("k", "v", s.leaderName()); err != nil {
			t.Fatal(err)
		}
		s.ticks(5 * time.Second)
		if w.text() != "" {
			t.Errorf("a frozen member told %q", w.text())
		}
		s.ticks(5 * time.Second)
		if w.text() != "2 0 k=v" {
			t.Errorf("after 10 s it saw %q", w.text())
		}
		_ = stop()
	})
}

func TestWatchProgress(t *testing.T) {
	tell(t, 1, func(s *story) {
		w, stop := s.watch(&api.WatchCreateRequest{Key: []byte("k"), ProgressNotify: true})
		if err := s.put("other", "v"); err != nil {
			t.Fatal(err)
		}
		s.ticks(9 * time.Minute)
		if w.last != nil {
			t.Errorf("too soon: %+v", w.last)
		}
		s.ticks(2 * time.Minute)
		if w.last == nil || len(w.last.Events) != 0 || w.last.Header.Revision != 2 {
			t.Errorf("after ten minutes: %+v", w.last)
		}
		c := s.client()
		defer c.Close()
		if r, err := c.Progress(context.Background()); err != nil || r.Header.Revision != 2 {
			t.Errorf("asked: %+v, %v", r, err)
		}
		_ = stop()
	})
}

// Whoever shares the name of a lock has it one after the other, through the fall
// of a leader too.
func TestLockExcludes(t *testing.T) {
	tell(t, 3, func(s *story) {
		var mu sync.Mutex
		inside, turns := 0, 0
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				c := s.client()
				defer c.Close()
				session, err := concurrency.NewSession(context.Background(), c, 30)
				if err != nil {
					t.Error(err)
					return
				}
				defer session.Orphan()
				m := concurrency.NewMutex(session, "lock")
				for range 3 {
					err := m.Lock(context.Background(), context.Background())
					for isUnknown(err) { // it may stand in the row: it stays there, and asks again
						err = m.Lock(context.Background(), context.Background())
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					if inside++; inside > 1 {
						t.Errorf("%d are inside", inside)
					}
					turns++
					mu.Unlock()
					time.Sleep(500 * time.Millisecond)
					mu.Lock()
					inside--
					mu.Unlock()
					if err := m.Unlock(context.Background()); err != nil && !isUnknown(err) {
						t.Error(err)
						return
					}
				}
			})
		}
		s.ticks(2 * time.Second)
		if err := s.Kill(s.leaderName()); err != nil {
			t.Fatal(err)
		}
		s.ticks(90 * time.Second)
		all.Wait()
		if turns != 15 {
			t.Errorf("%d turns, want 15", turns)
		}
	})
}

// Several watches share a stream of the gateway, by IDs that are given or asked
// for: each is told its own, is canceled by itself, and all tell how far they are.
func TestWatchesOfOneStream(t *testing.T) {
	tell(t, 3, func(s *story) {
		requests := []string{
			`{"create_request":{"key":"YQ==","start_revision":"1"}}`,
			`{"create_request":{"key":"Yg=="}}`,
			`{"create_request":{"key":"Yg==","watch_id":"7"}}`,
			`{"create_request":{"key":"Yg==","watch_id":"7"}}`,
			`{"create_request":{"key":"Yg==","range_end":"YQ=="}}`,
			`{"progress_request":{}}`,
			`{"cancel_request":{"watch_id":"1"}}`,
			`{"cancel_request":{"watch_id":"9"}}`,
		}
		s.run(`{ sleep 0.5; etcdctl put a 1; etcdctl put b 2; } >/dev/null & timeout 2 curl -sN `+s.endpoints(s.follower())[0]+`/v3/watch -d '`+strings.Join(requests, "\n")+
			`' | sed -E 's/"header":\{[^}]*"revision":"([0-9]+)"[^}]*\},?/rev \1 /'`,
			`{"result":{rev 1 "created":true}}
{"result":{rev 1 "watch_id":"1","created":true}}
{"result":{rev 1 "watch_id":"7","created":true}}
{"result":{rev 1 "watch_id":"-1","created":true,"canceled":true,"cancel_reason":"mvcc: duplicate watch ID provided on the WatchStream"}}
{"result":{rev 1 "watch_id":"-1","created":true,"canceled":true,"cancel_reason":"mvcc: watcher range is empty"}}
{"result":{rev 1 "watch_id":"-1"}}
{"result":{rev 1 "watch_id":"1","canceled":true}}
{"result":{rev 2 "events":[{"kv":{"key":"YQ==","create_revision":"2","mod_revision":"2","version":"1","value":"MQ=="}}]}}
{"result":{rev 3 "watch_id":"7","events":[{"kv":{"key":"Yg==","create_revision":"3","mod_revision":"3","version":"1","value":"Mg=="}}]}}
`)
	})
}

// A deletion of many keys is told in events of a bounded size, from which the keys
// that are left can be told.
func TestManyChangesAreToldInPieces(t *testing.T) {
	tell(t, 1, func(s *story) {
		s.run(`for i in $(seq 5); do { for j in $(seq 120); do echo "put many/$i/$j v"; done; } | { echo; cat; echo; echo; } | etcdctl txn >/dev/null; done
			etcdctl put kept 1; etcdctl del many/ --prefix`, "OK\n600\n")
		keys, pieces := map[string]bool{}, 0
		for _, e := range s.events {
			if len(e.Ops) > 256 {
				t.Errorf("an event with %d changes", len(e.Ops))
			}
			if e.Type == event.KV && e.Entries == 600 && int(e.First)+len(e.Ops) <= 600 {
				pieces++
			}
			for _, op := range e.Ops {
				if op.Op == "put" {
					keys[op.Key] = true
				} else {
					delete(keys, op.Key)
				}
			}
		}
		if pieces != 3 || len(keys) != 1 || !keys["kept"] {
			t.Errorf("%d pieces, after which %d keys are left", pieces, len(keys))
		}
	})
}

// isUnknown tells that a write may have happened.
func isUnknown(err error) bool {
	var e *client.Error
	return errors.As(err, &e) && !e.Definite
}
