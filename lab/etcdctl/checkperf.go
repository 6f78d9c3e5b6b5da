package etcdctl

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"quorumlab/lab/internal/tool"
)

func (c *ctl) checkPerf() *cobra.Command {
	o := &checkOptions{}
	command := &cobra.Command{
		Use: "perf [options]", Short: "Check the performance of the etcd cluster",
		RunE: func(command *cobra.Command, _ []string) error { return c.runCheckPerf(command, o) },
	}
	o.flags(command, "/etcdctl-check-perf/", "The performance check's workload model. Accepted workloads: s(small), m(medium), l(large), xl(xLarge). "+
		"Different workload models use different configurations in terms of number of clients and expected throughput.", "performance")
	return command
}

// perfLoads are writes per second, and who writes them.
var perfLoads = map[string]struct{ writes, clients int }{
	"s": {150, 50}, "m": {1000, 200}, "l": {8000, 500}, "xl": {15000, 1000},
}

// A check writes for a minute, but not more than this: 30,000 keys and values
// are 40 MB, and as much again in events. Load xl writes thirty times as many.
const (
	perfSeconds    = 60
	perfWritesMax  = 30_000
	perfKeyBytes   = 256
	perfValueBytes = 1024
)

func (c *ctl) runCheckPerf(command *cobra.Command, o *checkOptions) error {
	model, err := modelOf(o.load)
	if err != nil {
		return err
	}
	load := perfLoads[model]
	run := &checkRun{ctl: c, checkOptions: o, command: command}
	defer run.close()
	if err := run.open(load.clients); err != nil {
		return err
	}
	writes := min(load.writes*perfSeconds, perfWritesMax)
	if writes < load.writes*perfSeconds {
		fmt.Fprintf(c.Stderr, "This lab ends the load after %d writes.\n", writes)
	}
	run.perform(writes, load.writes, load.clients)
	rev, err := run.remove()
	if c.Ctx.Err() != nil {
		return c.Ctx.Err()
	}
	if err != nil {
		fmt.Fprintf(c.Stdout, "FAIL: Cleanup failed during key deletion: ERROR(%v)\n", err)
	} else if o.autoCompact {
		if err := run.compact(rev); err != nil {
			return err
		}
	}
	if o.autoDefrag {
		if err := run.defragment(); err != nil {
			return err
		}
	}
	return run.perfVerdict(load.writes)
}

// perform writes at an even pace under a bar that counts seconds. A cluster that
// is slower than the pace gets no more time than one that keeps it.
func (c *checkRun) perform(writes, perSecond, clients int) {
	begin := c.Now()
	seconds := (writes + perSecond - 1) / perSecond
	end := begin.Add(time.Duration(seconds) * time.Second)
	b := c.startBar(seconds, func() int { return min(seconds, int(c.Now().Sub(begin)/time.Second)) })
	pace := func(n int) error {
		due := begin.Add(time.Duration(n) * time.Second / time.Duration(perSecond))
		if c.Now().After(end) {
			return errTimeUp
		}
		if wait := due.Sub(c.Now()); wait > 0 {
			return c.Sleep(wait)
		}
		return nil
	}
	c.write(writes, clients, perfKeyBytes, perfValueBytes, pace, func() {})
	if wait := end.Sub(c.Now()); wait > 0 {
		_ = c.Sleep(wait)
	}
	b.finish()
}

var errTimeUp = tool.Fail(tool.ExitError, "time is up")

// perfVerdict prints the figures against what a good cluster reaches.
func (c *checkRun) perfVerdict(expected int) error {
	ok := !c.failures()
	line := func(good bool, pass, fail string, value any) {
		if ok = ok && good; good {
			fmt.Fprintf(c.Stdout, pass+"\n", value)
		} else {
			fmt.Fprintf(c.Stdout, fail+"\n", value)
		}
	}
	t := &c.tally
	line(t.perSecond()/float64(expected) > 0.9, "PASS: Throughput is %d writes/s", "FAIL: Throughput too low: %d writes/s", int(t.perSecond())+1)
	line(t.slowest <= 0.5, "PASS: Slowest request took %fs", "Slowest request took too long: %fs", t.slowest)
	line(t.deviation() <= 0.1, "PASS: Stddev is %fs", "Stddev too high: %fs", t.deviation())
	if !ok {
		fmt.Fprintln(c.Stdout, "FAIL")
		return &tool.Exit{Code: tool.ExitError}
	}
	fmt.Fprintln(c.Stdout, "PASS")
	return nil
}
