// Package transcript replays a recorded scenario of a real etcd in a fresh
// world: the same cluster at the same addresses, the same commands typed at
// the lab's shell, the same faults. What comes of it is a scenario of the same
// form, to be compared with the first. It is under `quorumlab transcript`, and
// its test holds the lab to every recording there is.
package transcript

import (
	"context"
	"errors"
	"fmt"
	"time"

	"quorumlab/lab/recording"
	"quorumlab/lab/scenario"
	"quorumlab/server/host"
)

// Options say how to replay.
type Options struct {
	// Seed is the first one tried: a world in which another member is elected
	// first than the one that led there is thrown away, and the next seed is
	// tried.
	Seed uint64
}

// Result is a replay.
type Result struct {
	// Recorded is the lab's own recording, a record for each of the input's in
	// the same order.
	Recorded *scenario.Scenario
	// Problems are steps that could not be done as they were recorded, with the
	// line of each: what follows them may differ for that reason.
	Problems []Problem
	// Run is what the world was given: with the lab it makes the same world.
	Run *recording.Recording
}

// Problem is a step that was not done as it should.
type Problem struct {
	Line int
	Text string
}

// player is one replay under way.
type player struct {
	*world
	scenario *scenario.Scenario
	out      *scenario.Scenario
	captured scenario.Captured
	problems []Problem
	jobs     map[string]*background // by the id of a command in the background
	started  map[string]bool        // members that were started and may not be up yet
	mark     int64                  // since when logs are shown
	noted    bool                   // the last step was a note
}

// Replay replays a scenario. An error says that there is no result: the world
// did not boot, or ctx ended. A world that crashes on the way is a problem of
// the step that it happened in.
func Replay(ctx context.Context, module *host.Module, s *scenario.Scenario, options Options) (*Result, error) {
	p := &player{
		scenario: s, out: &scenario.Scenario{Name: s.Name, File: "the replay of " + s.File, Header: s.Header, Line: s.Line},
		jobs: map[string]*background{}, started: map[string]bool{},
	}
	if err := p.boot(ctx, module, options.Seed); err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, err)
	}
	defer p.run.Close()
	var ended error
	for i := range s.Steps {
		if ended == nil {
			ended = p.step(&s.Steps[i])
			if ctx.Err() != nil {
				return nil, ended
			}
			if ended != nil {
				p.problem(&s.Steps[i], "the world ended: %v", ended)
			}
		}
		if ended != nil {
			p.record(&s.Steps[i], notRun(ended))
		}
	}
	return &Result{Recorded: p.out, Problems: p.problems, Run: p.recording()}, nil
}

// notRun is what stands for a step that was never reached.
func notRun(err error) *outcome {
	return &outcome{Output: scenario.Output{Stderr: "not run: " + err.Error() + "\n", Exit: -1}}
}

func (p *player) problem(s *scenario.Step, format string, args ...any) {
	p.problems = append(p.problems, Problem{s.Line, fmt.Sprintf(format, args...)})
}

// step does one step and records what came of it. An error ends the world.
func (p *player) step(s *scenario.Step) error {
	if s.Kind != scenario.Note && p.noted {
		p.mark = p.run.NowMicros()
	}
	p.noted = s.Kind == scenario.Note
	if s.Kind != scenario.Fault && s.Kind != scenario.Note {
		if err := p.settle(); err != nil {
			return err
		}
	}
	var err error
	var o *outcome
	switch s.Kind {
	case scenario.Command:
		o, err = p.command(s)
	case scenario.Background:
		o, err = &outcome{}, p.background(s)
	case scenario.End:
		o, err = p.end(s)
	case scenario.Fault:
		o, err = &outcome{}, p.fault(s)
	case scenario.Do:
		o, err = p.do(s)
	case scenario.Note:
		o, err = p.note(s)
	}
	if err == nil {
		p.record(s, o)
	}
	return err
}

// Waits of the recorder.
const (
	connectedFor      = 8 * time.Second // since boot, when the first step runs
	afterBackground   = time.Second     // a command in the background has been started
	beforeInterrupt   = 700 * time.Millisecond
	startPatience     = 10 * time.Second // for a member that was started
	leaderPatience    = 60 * time.Second
	commandPatience   = 60 * time.Second // beyond three times what it took there
	interruptPatience = 10 * time.Second // for a command to end after Ctrl-C
)

// errBoot says that no seed gave the world that a scenario begins with.
var errBoot = errors.New("no world in which the right member leads was found")

// seedsTried bounds how many worlds are booted to find one in which the right
// member leads.
const seedsTried = 200

func (p *player) boot(ctx context.Context, module *host.Module, seed uint64) error {
	config, err := worldOf(p.scenario)
	if err != nil {
		return err
	}
	for n := range uint64(seedsTried) {
		w, err := bootWorld(ctx, module, config, seed+n)
		if err != nil {
			return err
		}
		if leader := p.scenario.Header.Cluster.Leader; leader == "" || w.bootLeader == leader {
			p.world = w
			return p.prepare()
		}
		w.run.Close()
	}
	return errBoot
}

// prepare brings the world to where the first step runs.
func (p *player) prepare() error {
	if err := p.open(control); err != nil {
		return err
	}
	for _, session := range []int{foreground, control} {
		if _, err := p.type_(session, "unset ETCDCTL_ENDPOINTS"); err != nil {
			return err
		}
	}
	c := p.scenario.Header.Cluster
	head := &scenario.Step{Line: 1}
	switch {
	case c.Members == 0:
		if err := p.lab(head, "kill all; lab wipe all"); err != nil {
			return err
		}
	case len(c.ServerFlags) > 0:
		if err := p.restart(head, c.ServerFlags); err != nil {
			return err
		}
	}
	return p.wait(connectedFor)
}

// restart starts all members anew with more flags.
func (p *player) restart(head *scenario.Step, flags []string) error {
	if err := p.lab(head, "kill all; lab wipe all; lab start all "+quoteAll(flags)); err != nil {
		return err
	}
	if err := p.wait(startPatience, p.allUp); err != nil || p.allUp() {
		return err
	}
	if err := p.lab(head, "start all"); err != nil {
		return err
	}
	return p.wait(startPatience, p.allUp)
}
