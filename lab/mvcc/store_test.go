package mvcc

import (
	"errors"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"quorumlab/lab/api"
)

// A script is a line of steps: "put k v", "del k", "del a z" (a range),
// "compact 3"; "+" joins steps into one transaction.
func run(t *testing.T, s *Store, script string) {
	t.Helper()
	for _, txn := range strings.Split(script, "; ") {
		if f := strings.Fields(txn); f[0] == "compact" {
			var rev int64
			fmt.Sscan(f[1], &rev)
			if err := s.Compact(rev); err != nil {
				t.Fatalf("%s: %v", txn, err)
			}
			continue
		}
		w := s.Begin()
		for _, step := range strings.Split(txn, " + ") {
			f := append(strings.Fields(step), "")
			switch f[0] {
			case "put":
				w.Put([]byte(f[1]), []byte(f[2]), 0)
			case "del":
				w.Delete([]byte(f[1]), []byte(f[2]))
			}
		}
		w.End()
	}
}

// show writes a range as key=value@create/mod/version.
func show(resp *api.RangeResponse, err error) string {
	if err != nil {
		return err.Error()
	}
	var all []string
	for _, kv := range resp.Kvs {
		all = append(all, fmt.Sprintf("%s=%s@%d/%d/%d", kv.Key, kv.Value, kv.CreateRevision, kv.ModRevision, kv.Version))
	}
	text := strings.Join(all, " ")
	if resp.More {
		text += " more"
	}
	return fmt.Sprintf("%s (%d)", text, resp.Count)
}

func TestRange(t *testing.T) {
	all := &api.RangeRequest{Key: []byte{0}, RangeEnd: []byte{0}}
	with := func(change func(*api.RangeRequest)) *api.RangeRequest {
		r := *all
		change(&r)
		return &r
	}
	for _, c := range []struct {
		script string
		read   *api.RangeRequest
		want   string
	}{
		{"put a 1", all, "a=1@2/2/1 (1)"},
		{"put a 1; put a 2", all, "a=2@2/3/2 (1)"},
		{"put a 1; del a; put a 3", all, "a=3@4/4/1 (1)"},
		{"put a 1; del b", all, "a=1@2/2/1 (1)"},
		{"put a 1 + put b 2; put c 3", all, "a=1@2/2/1 b=2@2/2/1 c=3@3/3/1 (3)"},
		{"put a 1; put b 2; put c 3", &api.RangeRequest{Key: []byte("a"), RangeEnd: []byte("c")}, "a=1@2/2/1 b=2@3/3/1 (2)"},
		{"put a 1; put b 2; put c 3", &api.RangeRequest{Key: []byte("b"), RangeEnd: []byte{0}}, "b=2@3/3/1 c=3@4/4/1 (2)"},
		{"put a 1; put b 2; put c 3", with(func(r *api.RangeRequest) { r.Limit = 2 }), "a=1@2/2/1 b=2@3/3/1 more (3)"},
		{"put a 1; put b 2", with(func(r *api.RangeRequest) { r.SortOrder = api.SortDescend; r.Limit = 1 }), "b=2@3/3/1 more (2)"},
		{"put a 1; put b 2; put a 3", with(func(r *api.RangeRequest) { r.SortOrder, r.SortTarget = api.SortAscend, api.SortByMod }), "b=2@3/3/1 a=3@2/4/2 (2)"},
		{"put a 1; put a 2; put a 3", with(func(r *api.RangeRequest) { r.Revision = 3 }), "a=2@2/3/2 (1)"},
		{"put a 1; del a", with(func(r *api.RangeRequest) { r.Revision = 2 }), "a=1@2/2/1 (1)"},
		{"put a 1", with(func(r *api.RangeRequest) { r.Revision = 3 }), ErrFuture.Error()},
		{"put a 1; put a 2; put a 3; compact 3", with(func(r *api.RangeRequest) { r.Revision = 2 }), ErrCompacted.Error()},
		{"put a 1; put a 2; put a 3; compact 3", with(func(r *api.RangeRequest) { r.Revision = 3 }), "a=2@2/3/2 (1)"},
		{"put a 1; put b 1", with(func(r *api.RangeRequest) { r.MinModRevision = 3 }), "b=1@3/3/1 (2)"},
		{"put a 1; put b 1", with(func(r *api.RangeRequest) { r.CountOnly = true }), " (2)"},
		{"put a 1", with(func(r *api.RangeRequest) { r.KeysOnly = true }), "a=@2/2/1 (1)"},
	} {
		s := New()
		run(t, s, c.script)
		if got := show(s.Range(c.read)); got != c.want {
			t.Errorf("%s, read %+v:\n got %s\nwant %s", c.script, c.read, got, c.want)
		}
	}
}

func TestCompactRefuses(t *testing.T) {
	s := New()
	run(t, s, "put a 1; put a 2; compact 2")
	for rev, want := range map[int64]error{1: ErrCompacted, 2: ErrCompacted, 4: ErrFuture} {
		if err := s.Compact(rev); !errors.Is(err, want) {
			t.Errorf("compact %d: %v, want %v", rev, err, want)
		}
	}
}

// The hash that a member keeps while it writes is the one it finds by going
// over everything, before and after a compaction.
func TestHash(t *testing.T) {
	txns := []string{"put a 1", "put b 2 + put c 3", "del a", "put b 4", "del b c"}
	s := New()
	run(t, s, strings.Join(txns, "; "))
	for n := 1; n <= len(txns); n++ {
		upTo := New()
		run(t, upTo, strings.Join(txns[:n], "; "))
		if got, at, err := s.HashAt(upTo.Rev()); err != nil || at != upTo.Rev() || got != upTo.Hash() {
			t.Errorf("hash at %d is %08x (%d, %v); a store that ends there has %08x", upTo.Rev(), got, at, err, upTo.Hash())
		}
	}
	run(t, s, "compact 4; put d 5")
	restored := New()
	restored.Restore(s.Snapshot())
	if restored.Hash() != s.Hash() {
		t.Errorf("a restored store has hash %08x, the original %08x", restored.Hash(), s.Hash())
	}
}

// Two stores that apply the same writes stay equal, whether they share
// revisions or not, through snapshots that travel as bytes.
func TestSameWritesSameStore(t *testing.T) {
	chance := rand.New(rand.NewSource(1))
	a, b := New(), New()
	for range 2000 {
		key := []byte{byte('a' + chance.Intn(6))}
		wa := a.Begin()
		if chance.Intn(4) == 0 {
			wa.Delete(key, nil)
		} else {
			wa.Put(key, []byte(fmt.Sprint(chance.Int())), 0)
		}
		changes := append([]*Revision(nil), wa.Changes()...)
		wa.End()
		wb := b.Begin()
		wb.Twins(changes)
		for _, c := range changes {
			if c.Tombstone {
				wb.Delete(c.KV.Key, nil)
			} else {
				wb.Put(c.KV.Key, c.KV.Value, 0)
			}
		}
		wb.End()
		if chance.Intn(100) == 0 && a.Rev() > 2 {
			rev := a.CompactRev() + 1 + chance.Int63n(a.Rev()-max(a.CompactRev(), 0))
			if ea, eb := a.Compact(rev), b.Compact(rev); ea != eb {
				t.Fatalf("compact %d: %v and %v", rev, ea, eb)
			}
		}
	}
	snap, err := DecodeSnapshot(a.Snapshot().Encode())
	if err != nil {
		t.Fatal(err)
	}
	c := New()
	c.Restore(snap)
	for _, other := range []*Store{b, c} {
		if other.Hash() != a.Hash() || other.Rev() != a.Rev() || other.Keys() != a.Keys() {
			t.Errorf("hash %08x rev %d keys %d; want %08x %d %d", other.Hash(), other.Rev(), other.Keys(), a.Hash(), a.Rev(), a.Keys())
		}
	}
}

func BenchmarkPut(b *testing.B) {
	s := New()
	for i := range b.N {
		w := s.Begin()
		w.Put([]byte(fmt.Sprintf("key-%07d", i%100_000)), []byte("value"), 0)
		w.End()
	}
}
