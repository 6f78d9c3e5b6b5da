package lease

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestGrant(t *testing.T) {
	l := New()
	for _, c := range []struct {
		id, ttl, want int64
		err           error
	}{
		{1, 300, 300, nil}, {2, 1, 2, nil}, {3, 0, 2, nil}, {4, -5, 2, nil}, {5, TTLMax, TTLMax, nil},
		{6, TTLMax + 1, 0, ErrTTL}, {1, 10, 0, ErrExists}, {0, 10, 0, ErrNotFound},
	} {
		if ttl, err := l.Grant(c.id, c.ttl); ttl != c.want || !errors.Is(err, c.err) {
			t.Errorf("grant %d for %d s: %d, %v; want %d, %v", c.id, c.ttl, ttl, err, c.want, c.err)
		}
	}
	want := []Lease{{1, 300}, {2, 2}, {3, 2}, {4, 2}, {5, TTLMax}}
	if got := l.Snapshot(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestKeys(t *testing.T) {
	l := New()
	l.Promote(0)
	for id := range int64(2) {
		if _, err := l.Grant(id+1, 10); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		key string
		id  int64
	}{{"b", 1}, {"a", 1}, {"c", 1}, {"c", 2}, {"d", 2}, {"d", 0}, {"e", 7}} {
		l.Attach([]byte(c.key), c.id)
	}
	for id, want := range map[int64][]string{1: {"a", "b"}, 2: {"c"}} {
		if _, _, keys, err := l.TTL(id); err != nil || !slices.Equal(keys, want) {
			t.Errorf("lease %d has %q, %v; want %q", id, keys, err, want)
		}
	}
	if keys, err := l.Revoke(1); err != nil || !slices.Equal(keys, []string{"a", "b"}) {
		t.Errorf("revoked with %q, %v", keys, err)
	}
	if _, err := l.Revoke(1); !errors.Is(err, ErrNotFound) {
		t.Errorf("revoked twice: %v", err)
	}
	l.Attach([]byte("a"), 2) // the key is free again
	if keys, _ := l.Revoke(2); !slices.Equal(keys, []string{"a", "c"}) {
		t.Errorf("revoked with %q", keys)
	}
}

// Only the leader's lessor knows when a lease ends; whoever becomes leader gives
// it its whole time, and an election timeout.
func TestTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New()
		if _, err := l.Grant(1, 10); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if got := l.Expired(10); got != nil {
			t.Errorf("a follower ends %v", got)
		}
		if _, _, _, err := l.TTL(1); !errors.Is(err, ErrNotPrimary) {
			t.Errorf("a follower knows: %v", err)
		}
		if _, err := l.Renew(t.Context(), 1); !errors.Is(err, ErrNotPrimary) {
			t.Errorf("a follower renews: %v", err)
		}
		l.Promote(time.Second)
		if remaining, granted, _, err := l.TTL(1); remaining != 11 || granted != 10 || err != nil {
			t.Errorf("%d of %d s, %v", remaining, granted, err)
		}
		time.Sleep(6 * time.Second)
		if ttl, err := l.Renew(t.Context(), 1); ttl != 10 || err != nil {
			t.Errorf("renewed for %d s, %v", ttl, err)
		}
		time.Sleep(10*time.Second - time.Nanosecond)
		if got := l.Expired(10); len(got) != 0 {
			t.Errorf("%v ends too soon", got)
		}
		time.Sleep(time.Nanosecond)
		if got := l.Expired(10); !slices.Equal(got, []int64{1}) {
			t.Errorf("%v ends, want 1", got)
		}
	})
}

// Who renews a lease whose time is over hears what becomes of it.
func TestRenewLate(t *testing.T) {
	for want, ends := range map[error]func(*Lessor){
		ErrNotFound:   func(l *Lessor) { _, _ = l.Revoke(1) },
		ErrNotPrimary: func(l *Lessor) { l.Demote() },
	} {
		synctest.Test(t, func(t *testing.T) {
			l := New()
			l.Promote(0)
			if _, err := l.Grant(1, 2); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
			time.AfterFunc(time.Second, func() { ends(l) })
			start := time.Now()
			if _, err := l.Renew(context.Background(), 1); !errors.Is(err, want) || time.Since(start) != time.Second {
				t.Errorf("%v after %v, want %v", err, time.Since(start), want)
			}
		})
	}
}

// A thousand leases that would end at once end over two seconds.
func TestSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New()
		for id := range int64(1000) {
			if _, err := l.Grant(id+1, 10); err != nil {
				t.Fatal(err)
			}
		}
		l.Promote(0)
		time.Sleep(10 * time.Second)
		if n := len(l.Expired(5000)); n != 750 {
			t.Errorf("%d end at once, want 750", n)
		}
		time.Sleep(time.Second)
		if n := len(l.Expired(5000)); n != 1000 {
			t.Errorf("%d have ended a second later, want all", n)
		}
		if n := len(l.Expired(5)); n != 5 {
			t.Errorf("%d are given, want 5", n)
		}
	})
}

// Two lessors to which the same is done hold the same, whoever leads, and
// through a snapshot too. A failure names its seed.
func TestSame(t *testing.T) {
	for seed := range int64(50) {
		synctest.Test(t, func(t *testing.T) {
			chance := rand.New(rand.NewSource(seed))
			a, b := New(), New()
			a.Promote(time.Second)
			for step := range 300 {
				id, key := int64(chance.Intn(5)), []byte{byte('a' + chance.Intn(6))}
				var ra, rb string
				switch chance.Intn(4) {
				case 0:
					ttl := int64(chance.Intn(20))
					ra, rb = text(a.Grant(id, ttl)), text(b.Grant(id, ttl))
				case 1:
					ra, rb = text(a.Revoke(id)), text(b.Revoke(id))
				case 2:
					a.Attach(key, id)
					b.Attach(key, id)
				case 3:
					time.Sleep(time.Duration(chance.Intn(3000)) * time.Millisecond)
					a, b = b, a
					b.Demote()
					a.Promote(time.Second)
				}
				if ra != rb || !slices.Equal(a.Snapshot(), b.Snapshot()) {
					t.Fatalf("seed %d, step %d: %s and %s, %v and %v", seed, step, ra, rb, a.Snapshot(), b.Snapshot())
				}
			}
			c := New()
			c.Restore(a.Snapshot())
			if !slices.Equal(c.Snapshot(), a.Snapshot()) {
				t.Errorf("seed %d: restored %v, want %v", seed, c.Snapshot(), a.Snapshot())
			}
		})
	}
}

func text(v any, err error) string { return fmt.Sprint(v, err) }

// Next tells when to look, and Changed when to ask again.
func TestNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New()
		if _, ok := l.Next(); ok {
			t.Error("something ends though there is nothing")
		}
		l.Promote(0)
		<-l.Changed()
		for id, ttl := range map[int64]int64{1: 20, 2: 10} {
			if _, err := l.Grant(id, ttl); err != nil {
				t.Fatal(err)
			}
		}
		<-l.Changed()
		if at, ok := l.Next(); !ok || time.Until(at) != 10*time.Second {
			t.Errorf("next in %v, %v", time.Until(at), ok)
		}
		l.Demote()
		<-l.Changed()
		if _, ok := l.Next(); ok {
			t.Error("a follower looks forward to an end")
		}
	})
}
