package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/spf13/cobra"

	"quorumlab/server/host"
	"quorumlab/server/prove"
)

// proving is one run of `quorumlab prove`.
type proving struct {
	module   *host.Module
	options  prove.Options
	first    uint64
	seeds    int
	jobs     int
	keep     string // folder for the recordings of failures; empty: not kept
	out      io.Writer
	progress io.Writer

	mu                          sync.Mutex
	done, bad                   int
	operations, unknown, faults int
	leases, changes             int
}

func proveCommand(source *labSource) *cobra.Command {
	p := &proving{}
	cmd := &cobra.Command{
		Use:   "prove",
		Short: "Look for histories that are not linearizable",
		Long: `prove lets clients write and read the same few keys, and keys of leases, while
members are killed, paused, cut off and mended, in a fresh world for each seed,
and in every third one replaced, and judges what the clients were told: there has
to be one order of all operations, in keeping with the times at which they began
and ended, that a single copy of the keys could have answered, in which no lease
ends before its time. Afterwards the cluster has to answer, and all leases to have
ended. A seed that fails is printed as the command that replays it.`,
		Example: `  quorumlab prove --seeds 1000
  quorumlab prove --first 17 --seeds 1 --keep failures   that seed alone, with its recording and its picture`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.out, p.progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			if p.seeds < 1 || p.jobs < 1 {
				return fmt.Errorf("--seeds and --jobs: expected 1 or more")
			}
			if err := p.options.Check(); err != nil {
				return fmt.Errorf("--%w", err)
			}
			var err error
			if p.module, err = source.module(cmd.Context()); err != nil {
				return err
			}
			return p.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.IntVar(&p.seeds, "seeds", 20, "how many worlds to provoke")
	f.Uint64Var(&p.first, "first", 1, "the first seed")
	f.IntVar(&p.jobs, "jobs", runtime.NumCPU(), "how many worlds at once")
	f.StringVar(&p.keep, "keep", "", "keep recordings and pictures of failures in this `FOLDER`")
	f.IntVar(&p.options.Members, "members", 5, "members of a world, 1 to 9")
	f.IntVar(&p.options.Clients, "clients", 6, "clients of a world, 1 to 14")
	f.IntVar(&p.options.Keys, "keys", 3, "keys they share, 1 to 100")
	f.IntVar(&p.options.Leases, "leases", 3, "leases they hold at a time, 1 to 20")
	f.DurationVar(&p.options.Time, "time", 30*time.Second, "virtual time during which operations begin")
	return cmd
}

func (p *proving) run(ctx context.Context) error {
	began := time.Now()
	seeds := make(chan uint64)
	var all sync.WaitGroup
	for range min(p.jobs, p.seeds) {
		all.Go(func() {
			for seed := range seeds {
				p.tell(prove.Seed(ctx, p.module, seed, p.options))
			}
		})
	}
	for i := range p.seeds {
		if ctx.Err() != nil {
			break
		}
		seeds <- p.first + uint64(i)
	}
	close(seeds)
	all.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d seeds, %d operations and %d of unknown outcome, %d leases, %d faults and %d changes of the cluster, in %s\n",
		p.done, p.operations, p.unknown, p.leases, p.faults, p.changes, time.Since(began).Round(time.Second))
	if p.bad > 0 {
		return &failure{fmt.Sprintf("%d of %d seeds failed", p.bad, p.done)}
	}
	return nil
}

// tell counts one seed and prints it if it failed.
func (p *proving) tell(v *prove.Verdict, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if v != nil {
		p.operations, p.unknown, p.faults = p.operations+v.Operations, p.unknown+v.Unknown, p.faults+v.Faults
		p.leases, p.changes = p.leases+v.Granted, p.changes+v.Changes
	}
	if p.done%50 == 0 {
		fmt.Fprintf(p.progress, "%d of %d seeds\n", p.done, p.seeds)
	}
	why := ""
	switch {
	case err != nil:
		why = err.Error()
	case v.Result != porcupine.Ok:
		why = v.Reason
	default:
		return
	}
	p.bad++
	if v == nil {
		fmt.Fprintln(p.out, why)
		return
	}
	fmt.Fprintf(p.out, "seed %d: %s\n  quorumlab prove --first %d --seeds 1 --keep failures --members %d --clients %d --keys %d --leases %d --time %v\n",
		v.Seed, why, v.Seed, p.options.Members, p.options.Clients, p.options.Keys, p.options.Leases, p.options.Time)
	if err := p.keepFailure(v, err == nil); err != nil {
		fmt.Fprintln(p.out, err)
	}
}

func (p *proving) keepFailure(v *prove.Verdict, judged bool) error {
	if p.keep == "" {
		return nil
	}
	if err := os.MkdirAll(p.keep, 0o777); err != nil {
		return err
	}
	name := filepath.Join(p.keep, fmt.Sprintf("seed-%d", v.Seed))
	fmt.Fprintf(p.out, "  kept as %s.json (replay it) and %s.html (the history)\n", name, name)
	if err := writeRecording(name+".json", v.Recording); err != nil || !judged {
		return err
	}
	file, err := os.Create(name + ".html")
	if err != nil {
		return err
	}
	if err := v.Visualize(file); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
