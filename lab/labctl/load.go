package labctl

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"
)

var loadVerb = &verb{
	name:     "load",
	args:     "[--clients N] [--conns N] [--writes N] [--size BYTES]",
	does:     "write many keys and tell how fast it went",
	more:     "Each client writes one key after the other (load/1, load/2, ...) from where the command runs; clients share connections, as in etcd's own benchmark tool.",
	examples: []string{"lab load", "lab load --clients 16 --writes 2000 --size 100"},
	flags: func(f *pflag.FlagSet) {
		f.Int("clients", 1, "how many write at once, 64 at most")
		f.Int("conns", 1, "over how many connections, 64 at most")
		f.Int("writes", 100, "how many writes in all, 100000 at most")
		f.Int("size", 16, "bytes of each value, 65536 at most")
	},
	run: (*call).load,
}

// bench is one run of load.
type bench struct {
	writes int64
	value  string
	next   atomic.Int64

	mu     sync.Mutex
	took   []time.Duration
	failed int
	last   error
}

func (c *call) load() error {
	if err := c.counted(0, 0); err != nil {
		return err
	}
	clients, err := c.bounded("clients", 64)
	if err != nil {
		return err
	}
	conns, err := c.bounded("conns", 64)
	if err != nil {
		return err
	}
	writes, err := c.bounded("writes", 100_000)
	if err != nil {
		return err
	}
	size, err := c.bounded("size", 64<<10)
	if err != nil {
		return err
	}
	b := &bench{writes: int64(writes), value: strings.Repeat("x", size)}
	puts, done := c.writers(min(conns, clients))
	defer done()
	begin := c.Now()
	var all sync.WaitGroup
	for i := range min(clients, writes) {
		all.Go(func() { b.client(c, puts[i%len(puts)]) })
	}
	all.Wait()
	if c.Ctx.Err() != nil {
		return errInterrupted
	}
	return b.report(c, c.Now().Sub(begin))
}

// putter writes one key.
type putter = func(ctx context.Context, key, value string) error

// writers opens so many connections; done closes them.
func (c *call) writers(n int) (puts []putter, done func()) {
	var ends []func()
	for range n {
		put, end := c.world.Writer(c.Host)
		puts, ends = append(puts, put), append(ends, end)
	}
	return puts, func() {
		for _, end := range ends {
			end()
		}
	}
}

func (c *call) bounded(flag string, most int) (int, error) {
	n, _ := c.flags.GetInt(flag)
	if n < 1 || n > most {
		return 0, usagef("--%s is from 1 to %d, not %d", flag, most, n)
	}
	return n, nil
}

// writeTimeout is how long one write may take, as etcdctl has it.
const writeTimeout = 5 * time.Second

// maxFailures ends a run in which nothing works.
const maxFailures = 10

func (b *bench) client(c *call, put putter) {
	limit := newLimit(c.Ctx)
	defer limit.end()
	for c.Ctx.Err() == nil && b.failures() < maxFailures {
		n := b.next.Add(1)
		if n > b.writes {
			return
		}
		begin := c.Now()
		err := put(limit.begin(), fmt.Sprintf("load/%d", n), b.value)
		b.note(c.Now().Sub(begin), limit.told(err))
	}
}

// limit bounds each write of one client. One context and one timer serve all of
// them: a context for each would cost more than some of the work measured.
type limit struct {
	parent context.Context
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

func newLimit(parent context.Context) *limit {
	l := &limit{parent: parent}
	l.renew()
	return l
}

func (l *limit) renew() {
	l.ctx, l.cancel = context.WithCancelCause(l.parent)
	cancel := l.cancel
	l.timer = time.AfterFunc(writeTimeout, func() { cancel(context.DeadlineExceeded) })
}

// begin gives the context of the next write.
func (l *limit) begin() context.Context {
	if l.ctx.Err() != nil || !l.timer.Reset(writeTimeout) {
		l.end()
		l.renew()
	}
	return l.ctx
}

// told is a write's error, with the limit as such.
func (l *limit) told(err error) error {
	if err != nil && errors.Is(context.Cause(l.ctx), context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %v (it may have happened)", writeTimeout)
	}
	return err
}

func (l *limit) end() {
	l.timer.Stop()
	l.cancel(context.Canceled)
}

func (b *bench) failures() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed
}

func (b *bench) note(took time.Duration, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.failed++
		b.last = err
		return
	}
	b.took = append(b.took, took)
}

func (b *bench) report(c *call, took time.Duration) error {
	if len(b.took) > 0 {
		slices.Sort(b.took)
		at := func(q float64) time.Duration {
			return b.took[int(q*float64(len(b.took)-1))].Round(10 * time.Microsecond)
		}
		c.printf("%d writes in %v: %.0f writes/s\n", len(b.took), took.Round(time.Millisecond), float64(len(b.took))/took.Seconds())
		c.printf("latency: p50 %v, p99 %v, longest %v\n", at(0.5), at(0.99), at(1))
	}
	if b.failed > 0 {
		return fmt.Errorf("%d writes failed, and may have happened all the same; the last: %v", b.failed, b.last)
	}
	return nil
}
