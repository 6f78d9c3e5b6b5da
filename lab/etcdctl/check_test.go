package etcdctl

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/files"
)

// store is a cluster in which a put takes some time.
type store struct {
	client.Client
	takes    time.Duration
	fails    bool
	mu       *sync.Mutex
	puts     *int
	occupied bool // there are keys
}

func newStore(takes time.Duration) store {
	return store{takes: takes, mu: &sync.Mutex{}, puts: new(int)}
}

func (s store) dial(client.Config) client.Client { return s }
func (s store) Close()                           {}

func (s store) Range(context.Context, *api.RangeRequest) (*api.RangeResponse, error) {
	if s.occupied {
		return &api.RangeResponse{Kvs: []*api.KeyValue{{}}}, nil
	}
	return &api.RangeResponse{}, nil
}

func (s store) Put(ctx context.Context, r *api.PutRequest) (*api.PutResponse, error) {
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	*s.puts++
	if s.fails {
		return nil, errors.New("etcdserver: mvcc: database space exceeded")
	}
	return &api.PutResponse{}, nil
}

func (s store) DeleteRange(context.Context, *api.DeleteRangeRequest) (*api.DeleteRangeResponse, error) {
	return &api.DeleteRangeResponse{Header: api.Header{Revision: 7}}, nil
}

func (s store) Compact(context.Context, *api.CompactionRequest) (*api.CompactionResponse, error) {
	return &api.CompactionResponse{}, nil
}

func (s store) Defragment(context.Context, *api.DefragmentRequest) (*api.DefragmentResponse, error) {
	return &api.DefragmentResponse{}, nil
}

func (s store) Status(context.Context, *api.StatusRequest) (*api.StatusResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &api.StatusResponse{DbSize: int64(*s.puts) * 1024}, nil
}

func TestCheckPerf(t *testing.T) {
	for _, x := range []struct {
		args  string
		store store
		takes time.Duration // the check
		puts  int           // 0: as many as it comes to
		want  string
		code  int
	}{
		{"", newStore(10 * time.Millisecond), time.Minute, 9000, "PASS: Throughput is 150 writes/s\nPASS: Slowest request took 0.010000s\nPASS: Stddev is 0.000000s\nPASS\n", 0},
		{"--load=medium", newStore(10 * time.Millisecond), 30 * time.Second, 30_000, "PASS: Throughput is 1000 writes/s\nPASS: Slowest request took 0.010000s\nPASS: Stddev is 0.000000s\nPASS\n", 0},
		{"--load=xl", newStore(10 * time.Millisecond), 2 * time.Second, 30_000, "PASS: Throughput is 14926 writes/s\nPASS: Slowest request took 0.010000s\nPASS: Stddev is 0.000000s\nPASS\n", 0},
		{"", newStore(600 * time.Millisecond), time.Minute + time.Second, 0, "FAIL: Throughput too low: 8. writes/s\nSlowest request took too long: 0.600000s\nPASS: Stddev is 0.000000s\nFAIL\n", 1},
		{"--auto-compact --auto-defrag", newStore(0), time.Minute, 9000, "Compacting with revision 7\nCompacted with revision 7\nDefragmenting \"127.0.0.1:2379\"\nDefragmented \"127.0.0.1:2379\"\nPASS: Throughput is 151 writes/s\nPASS: Slowest request took 0.000000s\nPASS: Stddev is 0.000000s\nPASS\n", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, out, errs := process(t.Context(), files.New(time.Now), append([]string{"check", "perf"}, strings.Fields(x.args)...)...)
			start := time.Now()
			code := Run(p, x.store.dial, nil)
			if took := time.Since(start); code != x.code || !matches(x.want, out.String()) || (took-x.takes).Abs() > 500*time.Millisecond || x.puts > 0 && *x.store.puts != x.puts {
				t.Errorf("%s: exit %d after %v and %d puts\n%s", x.args, code, took, *x.store.puts, out)
			}
			if !strings.HasSuffix(errs.String(), "] 100.00% 1 p/s") {
				t.Errorf("%s: the bar ends in %q", x.args, errs.String()[max(0, errs.Len()-40):])
			}
			if (x.puts == 30_000) != strings.HasPrefix(errs.String(), "This lab ends the load after 30000 writes.\n") {
				t.Errorf("%s: %.80q", x.args, errs)
			}
		})
	}
}

func matches(pattern, text string) bool {
	return regexp.MustCompile("^" + pattern + "$").MatchString(text)
}

func TestCheckPerfRefusals(t *testing.T) {
	occupied := newStore(0)
	occupied.occupied = true
	for _, x := range []struct {
		line   string
		store  store
		stderr string
		code   int
	}{
		{"check perf --load=huge", newStore(0), "Error: unknown load option huge\n", 4},
		{"check datascale --load=", newStore(0), "Error: unknown load option \n", 4},
		{"check perf --prefix=p/", occupied, "Error: prefix \"p/\" has keys. Delete with 'etcdctl del --prefix p/' first\n", 3},
		{"check datascale --load=xl", newStore(0), "Error: this lab has no memory for load xl (3000000 pairs of 1024 bytes); s is possible\n", 1},
	} {
		p, _, errs := process(t.Context(), files.New(time.Now), strings.Fields(x.line)...)
		if code := Run(p, x.store.dial, nil); code != x.code || errs.String() != x.stderr {
			t.Errorf("%s: exit %d\n%s", x.line, code, errs)
		}
	}
}

func TestCheckPerfFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(time.Millisecond)
		s.fails = true
		p, out, _ := process(t.Context(), files.New(time.Now), "check", "perf")
		if code := Run(p, s.dial, nil); code != 1 || !strings.HasPrefix(out.String(), "FAIL: too many errors\nFAIL: ERROR(etcdserver: mvcc: database space exceeded) -> 9000\nFAIL: Throughput too low: 1 writes/s\n") {
			t.Errorf("exit %d\n%s", code, out)
		}
	})
}

func TestCheckDatascale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(5 * time.Millisecond)
		p, out, errs := process(t.Context(), files.New(time.Now), "check", "datascale")
		p.Terminal = true
		code := Run(p, s.dial, nil)
		want := "Start data scale check for work load [10000 key-value pairs, 1024 bytes per key-value, 50 concurrent clients].\nPASS: Approximate system memory used : 9.77 MB.\n"
		if code != 0 || out.String() != want || *s.puts != 10_000 {
			t.Errorf("exit %d after %d puts\n%s", code, *s.puts, out)
		}
		if bars := strings.Split(errs.String(), "\r"); len(bars) < 4 || !strings.HasPrefix(bars[len(bars)-1], "10000 / 10000 [---") || !strings.HasSuffix(bars[len(bars)-1], "-] 100.00% 10000 p/s\n") {
			t.Errorf("%q", bars)
		}
	})
}

// Ctrl-C ends a check at once.
func TestCheckInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p, out, errs := process(ctx, files.New(time.Now), "check", "perf")
		time.AfterFunc(10*time.Second, cancel)
		start := time.Now()
		code := Run(p, newStore(time.Millisecond).dial, nil)
		if took := time.Since(start); code != 130 || out.Len() != 0 || took > 11*time.Second || strings.Contains(errs.String(), "Error") {
			t.Errorf("exit %d after %v\n%s", code, took, out)
		}
	})
}

func TestBar(t *testing.T) {
	for _, x := range []struct {
		count, total int
		after        time.Duration
		want         string
	}{
		{0, 60, 200 * time.Millisecond, "0 / 60 [_______________________________________________________________________________] 0.00% ? p/s"},
		{767, 10000, 200 * time.Millisecond, "767 / 10000 [----->____________________________________________________________________] 7.67% ? p/s"},
		{59, 60, 59 * time.Second, "59 / 60 [--------------------------------------------------------------------------->_] 98.33% 1 p/s"},
		{60, 60, 60 * time.Second, "60 / 60 [----------------------------------------------------------------------------] 100.00% 1 p/s"},
	} {
		if got := barText(x.count, x.total, x.after); got != x.want {
			t.Errorf("%s\nwant\n%s", got, x.want)
		}
	}
}
