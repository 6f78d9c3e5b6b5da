package etcdctl

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) check() *cobra.Command {
	command := &cobra.Command{Use: "check <subcommand>", Short: "commands for checking properties of the etcd cluster"}
	command.AddCommand(c.checkPerf(), c.checkDatascale())
	return command
}

// checkOptions are the flags that both checks have.
type checkOptions struct {
	load, prefix            string
	autoCompact, autoDefrag bool
}

func (o *checkOptions) flags(command *cobra.Command, prefix, load, what string) {
	f := command.Flags()
	f.StringVar(&o.load, "load", "s", load)
	f.StringVar(&o.prefix, "prefix", prefix, "The prefix for writing the "+what+" check's keys.")
	f.BoolVar(&o.autoCompact, "auto-compact", false, "Compact storage with last revision after test is finished.")
	f.BoolVar(&o.autoDefrag, "auto-defrag", false, "Defragment storage after test is finished.")
}

// models are the names of the loads.
var models = map[string]string{
	"s": "s", "small": "s", "m": "m", "medium": "m", "l": "l", "large": "l", "xl": "xl", "xLarge": "xl",
}

func modelOf(load string) (string, error) {
	model, ok := models[load]
	if !ok {
		return "", tool.Fail(tool.ExitBadFeature, "unknown load option %v", load)
	}
	return model, nil
}

// clientsMax bounds the connections of a check: its writers share them. Each of
// the real one's up to 1000 clients has its own, to every member.
const clientsMax = 16

// checkRun is one check on its way.
type checkRun struct {
	*ctl
	*checkOptions
	command *cobra.Command
	clients []client.Client
	tally   tally
}

// open connects, and wants a prefix without keys.
func (c *checkRun) open(writers int) error {
	connect := c.connect
	for range min(writers, clientsMax) {
		cli, err := connect(c.command)
		if err != nil {
			return err
		}
		c.clients = append(c.clients, cli)
		connect = func(command *cobra.Command) (client.Client, error) {
			return c.client(command, endpointsOf(command), "etcd-client")
		}
	}
	resp, err := c.clients[0].Range(c.Ctx, &api.RangeRequest{Key: []byte(c.prefix), RangeEnd: prefixEnd([]byte(c.prefix)), Limit: 1})
	if err != nil {
		return failed(c.Ctx, err)
	}
	if len(resp.Kvs) > 0 {
		return tool.Fail(tool.ExitInvalidInput, "prefix %q has keys. Delete with 'etcdctl del --prefix %s' first", c.prefix, c.prefix)
	}
	return nil
}

func (c *checkRun) close() {
	for _, cli := range c.clients {
		cli.Close()
	}
}

// key is a key of so many bytes behind the prefix, a random number first. The
// real one's bytes are binary, mostly zeros; those here are digits, because
// events show keys and values as text, in which a zero is six bytes.
func (c *checkRun) key(bytes int) []byte {
	k := fmt.Appendf([]byte(c.prefix), "%016x", rand.Uint64())
	return append(k, strings.Repeat("0", max(0, bytes-16))...)
}

// write carries out so many puts of keys and values of these sizes by so many
// writers; pace, if set, is called before each is handed out. It returns when
// all were answered, or after Ctrl-C.
func (c *checkRun) write(puts, writers, keyBytes, valueBytes int, pace func(n int) error, each func()) {
	requests := make(chan []byte, writers)
	value := []byte(strings.Repeat("0", valueBytes))
	c.tally.begin = c.Now()
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			for key := range requests {
				start := c.Now()
				_, err := c.clients[i%len(c.clients)].Put(c.Ctx, &api.PutRequest{Key: key, Value: value})
				c.tally.add(c.Now().Sub(start), err)
				each()
			}
		})
	}
	for n := range puts {
		if c.Ctx.Err() != nil || pace != nil && pace(n) != nil {
			break
		}
		requests <- c.key(keyBytes)
	}
	close(requests)
	all.Wait()
	c.tally.took = c.Now().Sub(c.tally.begin)
}

// cleanupTimeout bounds the removal of the keys.
const cleanupTimeout = 30 * time.Second

// remove deletes the keys that were written, also after Ctrl-C, and gives the
// revision then.
func (c *checkRun) remove() (int64, error) {
	timeout := cleanupTimeout
	if c.Ctx.Err() != nil {
		timeout = time.Second // somebody waits for his prompt
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Ctx), timeout)
	defer cancel()
	resp, err := c.clients[0].DeleteRange(ctx, &api.DeleteRangeRequest{Key: []byte(c.prefix), RangeEnd: prefixEnd([]byte(c.prefix))})
	if err != nil {
		return 0, reason(ctx, err)
	}
	return resp.Header.Revision, nil
}

func (c *checkRun) compact(rev int64) error {
	fmt.Fprintf(c.Stdout, "Compacting with revision %d\n", rev)
	ctx, cancel := context.WithTimeout(c.Ctx, cleanupTimeout)
	defer cancel()
	if _, err := c.clients[0].Compact(ctx, &api.CompactionRequest{Revision: rev, Physical: true}); err != nil {
		return failed(ctx, err)
	}
	fmt.Fprintf(c.Stdout, "Compacted with revision %d\n", rev)
	return nil
}

// defragment asks every endpoint, one after the other.
func (c *checkRun) defragment() error {
	for _, endpoint := range endpointsOf(c.command) {
		fmt.Fprintf(c.Stdout, "Defragmenting %q\n", endpoint)
		err := c.one(c.command, endpoint, func(ctx context.Context, _ string, cli client.Client) error {
			_, err := cli.Defragment(ctx, &api.DefragmentRequest{})
			return err
		})
		if err != nil {
			return tool.Fail(tool.ExitError, "%w", err)
		}
		fmt.Fprintf(c.Stdout, "Defragmented %q\n", endpoint)
	}
	return nil
}

// failures prints what went wrong, by its text; true if something did.
func (c *checkRun) failures() bool {
	if len(c.tally.errors) == 0 {
		return false
	}
	fmt.Fprintln(c.Stdout, "FAIL: too many errors")
	for _, text := range slices.Sorted(maps.Keys(c.tally.errors)) {
		fmt.Fprintf(c.Stdout, "FAIL: ERROR(%s) -> %d\n", text, c.tally.errors[text])
	}
	return true
}

// tally is how long requests took. Safe for concurrent use.
type tally struct {
	begin time.Time
	took  time.Duration // all of it

	mu      sync.Mutex
	done    int
	sum     float64 // of seconds
	squares float64
	slowest float64
	errors  map[string]int
}

func (t *tally) add(took time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		if t.errors == nil {
			t.errors = map[string]int{}
		}
		t.errors[err.Error()]++
		return
	}
	seconds := took.Seconds()
	t.done++
	t.sum += seconds
	t.squares += seconds * seconds
	t.slowest = max(t.slowest, seconds)
}

// perSecond is how many requests were carried out in a second.
func (t *tally) perSecond() float64 { return float64(t.done) / cmp.Or(t.took.Seconds(), 1) }

// deviation is the standard deviation of what a request took, in seconds.
func (t *tally) deviation() float64 {
	n := float64(max(1, t.done))
	mean := t.sum / n
	return math.Sqrt(max(0, t.squares/n-mean*mean))
}
