package etcdctl

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) checkDatascale() *cobra.Command {
	o := &checkOptions{}
	command := &cobra.Command{
		Use: "datascale [options]", Short: "Check the memory usage of holding data for different workloads on a given server endpoint.",
		RunE: func(command *cobra.Command, _ []string) error { return c.runCheckDatascale(command, o) },
	}
	o.flags(command, "/etcdctl-check-datascale/", "The datascale check's workload model. Accepted workloads: s(small), m(medium), l(large), xl(xLarge)", "datascale")
	return command
}

// datascaleLoads are how many pairs are written, and by how many clients.
var datascaleLoads = map[string]struct{ pairs, clients int }{
	"s": {10_000, 50}, "m": {100_000, 200}, "l": {1_000_000, 500}, "xl": {3_000_000, 1000},
}

// Half of a pair is its key. Load m took a world of three members a gigabyte,
// most of it for the one event that tells of the removal.
const (
	pairBytes = 1024
	pairsMax  = 10_000
)

func (c *ctl) runCheckDatascale(command *cobra.Command, o *checkOptions) error {
	model, err := modelOf(o.load)
	if err != nil {
		return err
	}
	load := datascaleLoads[model]
	if load.pairs > pairsMax {
		return tool.Fail(tool.ExitError, "this lab has no memory for load %s (%d pairs of %d bytes); s is possible", model, load.pairs, pairBytes)
	}
	run := &checkRun{ctl: c, checkOptions: o, command: command}
	defer run.close()
	if err := run.open(load.clients); err != nil {
		return err
	}
	before, err := run.held()
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "Start data scale check for work load [%d key-value pairs, %d bytes per key-value, %d concurrent clients].\n",
		load.pairs, pairBytes, load.clients)
	run.fill(load.pairs, load.clients)
	after, failure := run.held()
	rev, err := run.remove()
	switch {
	case c.Ctx.Err() != nil:
		return c.Ctx.Err()
	case failure != nil:
		return failure
	case err != nil:
		return tool.Fail(tool.ExitError, "%w", err)
	}
	if o.autoCompact {
		if err := run.compact(rev); err != nil {
			return err
		}
	}
	if o.autoDefrag {
		if err := run.defragment(); err != nil {
			return err
		}
	}
	if run.failures() {
		return &tool.Exit{Code: tool.ExitError}
	}
	fmt.Fprintf(c.Stdout, "PASS: Approximate system memory used : %.2f MB.\n", float64(after-before)/(1<<20))
	return nil
}

// fill writes the pairs under a bar that counts them.
func (c *checkRun) fill(pairs, clients int) {
	var done atomic.Int64
	b := c.startBar(pairs, func() int { return int(done.Load()) })
	c.write(pairs, clients, pairBytes/2, pairBytes/2, nil, func() { done.Add(1) })
	b.finish()
}

// held is what the first endpoint's member holds, in bytes. The real check reads
// the resident memory of its process, which a member of a world does not have:
// its database stands for it.
func (c *checkRun) held() (bytes int64, err error) {
	err = c.one(c.command, endpointsOf(c.command)[0], func(ctx context.Context, _ string, cli client.Client) error {
		status, err := cli.Status(ctx, &api.StatusRequest{})
		if err == nil {
			bytes = status.DbSize
		}
		return err
	})
	if err != nil {
		err = tool.Fail(tool.ExitError, "%w", err)
	}
	return bytes, err
}
