package snapfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quorumlab/lab/api"
)

// history is the revisions of puts and deletions, one a transaction, from
// revision 2 on: "key=value" puts, "-key" deletes.
func history(ops ...string) []Revision {
	var revs []Revision
	live := map[string]*api.KeyValue{}
	for i, op := range ops {
		rev := int64(i + 2)
		if key, ok := strings.CutPrefix(op, "-"); ok {
			delete(live, key)
			revs = append(revs, Revision{Main: rev, Tombstone: true, KV: &api.KeyValue{Key: []byte(key)}})
			continue
		}
		key, value, _ := strings.Cut(op, "=")
		kv := &api.KeyValue{Key: []byte(key), CreateRevision: rev, ModRevision: rev, Version: 1, Value: []byte(value)}
		if old := live[key]; old != nil {
			kv.CreateRevision, kv.Version = old.CreateRevision, old.Version+1
		}
		live[key] = kv
		revs = append(revs, Revision{Main: rev, KV: kv})
	}
	return revs
}

func puts(format string, n int) (ops []string) {
	for i := 1; i <= n; i++ {
		ops = append(ops, fmt.Sprintf(format, i, i))
	}
	return ops
}

// Hashes that a real etcd 3.6.16 printed for the same history.
func TestHashKVRecorded(t *testing.T) {
	bump := int64(1000000004)
	for _, c := range []struct {
		name      string
		revs      []Revision
		rev, comp int64
		want      uint32
	}{
		{"disaster-recovery", history(append(puts("app/%d=v%d", 5), "app/1=v1b")...), 0, -1, 1374133480},
		{"snapshot-save-status", history(append(puts("snap/%d=value-%d", 5), "-snap/2")...), 0, -1, 2870167836},
		{"snapshot-save-status --rev=3", history(append(puts("snap/%d=value-%d", 5), "-snap/2")...), 3, -1, 3335308774},
		{"restore-bump-revision", append(history(puts("b/%d=v%d", 3)...),
			Revision{Main: bump, KV: &api.KeyValue{}},
			Revision{Main: bump + 1, KV: &api.KeyValue{Key: []byte("b/5"), CreateRevision: bump + 1, ModRevision: bump + 1, Version: 1, Value: []byte("x")}},
		), 0, bump, 1365524877},
	} {
		if got := HashKV(slices.Values(c.revs), c.rev, c.comp); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// A compacted store and one that is not yet have the same hash.
func TestHashKVIgnoresWhatCompactionRemoves(t *testing.T) {
	all := history("a=1", "a=2", "b=1", "-b", "a=3", "c=1")
	compacted := []Revision{all[1], all[4], all[5]} // at revision 5
	if x, y := HashKV(slices.Values(all), 0, 5), HashKV(slices.Values(compacted), 0, 5); x != y {
		t.Errorf("%d before, %d after", x, y)
	}
}

func sample() (Meta, []Revision) {
	return Meta{
		Version: "3.6.0", CompactRevision: 3, Index: 11, Term: 2,
		Members: []*api.Member{{ID: 0xb71f75320dc06a6c, Name: "m1", PeerURLs: []string{"http://10.0.0.11:2380"}, ClientURLs: []string{"http://10.0.0.11:2379"}}, {ID: 7, PeerURLs: []string{"x"}, IsLearner: true}},
		Removed: []uint64{9},
		Leases:  []Lease{{ID: 5, TTL: 60}},
		Auth: api.AuthState{
			Enabled: true, Revision: 4,
			Users: []*api.AuthUser{{Name: "alice", Password: []byte("hash"), Roles: []string{"r"}, Options: &api.UserAddOptions{}}},
			Roles: []*api.AuthRole{{Name: "r", Permissions: []*api.Permission{{PermType: api.PermReadWrite, Key: []byte("a"), RangeEnd: []byte{0}}}}},
		},
		Alarms: []*api.AlarmMember{{MemberID: 7, Alarm: 1}},
	}, history("a=1", "b=2", "a=3", "-b")
}

func write(t testing.TB, m Meta, revs []Revision) ([]byte, Info) {
	t.Helper()
	var b bytes.Buffer
	info, err := Write(&b, m, slices.Values(revs))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), info
}

func TestRoundTrip(t *testing.T) {
	meta, revs := sample()
	b, info := write(t, meta, revs)
	if len(b) != 20480+32 || info.Bytes != int64(len(b)) || info.Revision != 5 {
		t.Errorf("%d bytes, %+v", len(b), info)
	}
	if err := Verify(b); err != nil {
		t.Error(err)
	}
	f, err := Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(f.Meta, meta) {
		t.Errorf("got  %+v\nwant %+v", f.Meta, meta)
	}
	if f.Size != 20480 || f.Revision != 5 || f.Keys != 1 || f.Latest() != 5 {
		t.Errorf("%+v", f)
	}
	if got := slices.Collect(f.Revisions()); !reflect.DeepEqual(got, revs) {
		t.Errorf("got  %+v\nwant %+v", got, revs)
	}
	if again, _ := write(t, f.Meta, slices.Collect(f.Revisions())); !bytes.Equal(again, b) {
		t.Error("written again, the file differs")
	}
}

func TestEmptyStore(t *testing.T) {
	b, _ := write(t, Meta{}, nil)
	f, err := Read(b)
	if err != nil || f.Revision != 0 || f.Keys != 0 || f.Latest() != 1 || len(slices.Collect(f.Revisions())) != 0 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestSizesAreWholePages(t *testing.T) {
	value := strings.Repeat("x", 1000)
	for n := range 40 {
		b, _ := write(t, Meta{}, history(puts("k%d="+value+"%d", n)...))
		if len(b)%PageBytes != SumBytes || Verify(b) != nil {
			t.Errorf("%d keys: %d bytes, %v", n, len(b), Verify(b))
		}
	}
}

// Each damage as the recorded scenario does it.
func TestDamage(t *testing.T) {
	meta, revs := sample()
	good, _ := write(t, meta, revs)
	want, _ := Read(good)
	for _, c := range []struct {
		name         string
		edit         func(b []byte) []byte
		verify, read error
	}{
		{"a byte of the last page", func(b []byte) []byte { b[len(b)-100] ^= 0xff; return b }, &SumError{}, nil},
		{"the last byte", func(b []byte) []byte { b[len(b)-1] ^= 0xff; return b }, &SumError{}, nil},
		{"no checksum", func(b []byte) []byte { return b[:len(b)-32] }, ErrMissingHash, nil},
		{"half", func(b []byte) []byte { return b[:len(b)-12000] }, ErrMissingHash, ErrDamaged},
		{"text", func([]byte) []byte { return []byte("this is not a snapshot\n") }, ErrShort, ErrInvalid},
		{"empty", func([]byte) []byte { return nil }, ErrShort, ErrInvalid},
		{"opened", func(b []byte) []byte { Touch(b); return b }, &SumError{}, nil},
	} {
		b := c.edit(bytes.Clone(good))
		err := Verify(b)
		if sum := (&SumError{}); errors.As(err, &sum) != errors.As(c.verify, &sum) || !errors.As(err, &sum) && err != c.verify {
			t.Errorf("%s: verify: %v", c.name, err)
		}
		f, err := Read(b)
		if err != c.read {
			t.Errorf("%s: read: %v", c.name, err)
		}
		if err == nil && f.Hash != want.Hash {
			t.Errorf("%s: another hash", c.name)
		}
	}
	if Touch([]byte("text")) {
		t.Error("text was touched")
	}
}

func TestSumErrorText(t *testing.T) {
	e := &SumError{}
	e.Want[0], e.Got[31] = 7, 8
	want := "expected sha256 [7 " + strings.TrimSpace(strings.Repeat("0 ", 31)) + "], got [" + strings.Repeat("0 ", 31) + "8]"
	if e.Error() != want {
		t.Error(e)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteError(t *testing.T) {
	if _, err := Write(broken{}, Meta{}, func(func(Revision) bool) {}); err != io.ErrShortWrite {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	meta, revs := sample()
	b, _ := write(f, meta, revs)
	f.Add(b[:1000], uint16(20))
	f.Fuzz(func(t *testing.T, head []byte, at uint16) {
		c := bytes.Clone(b)
		copy(c[min(int(at), len(c)):], head)
		if x, err := Read(c); err == nil {
			for range x.Revisions() {
			}
		}
		_, _ = Read(head)
	})
}

func BenchmarkWrite(b *testing.B) {
	var seq iter.Seq[Revision] = func(yield func(Revision) bool) {
		kv := &api.KeyValue{Value: make([]byte, 100)}
		for i := range int64(100_000) {
			kv.Key = fmt.Appendf(kv.Key[:0], "key-%08d", i)
			if !yield(Revision{Main: i + 2, KV: kv}) {
				return
			}
		}
	}
	for b.Loop() {
		if _, err := Write(io.Discard, Meta{}, seq); err != nil {
			b.Fatal(err)
		}
	}
}
