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
	"strings"
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
	apart    [][]string             // the groups of a partition
	healed   bool                   // a partition was, and nothing was waited for since
	lost     bool                   // a member ended, and nothing was waited for since
	mark     int64                  // since when logs are shown
	noted    bool                   // the last step was a note
	typed    bool                   // the last step that was none was a command
	strict   bool                   // another leader than the recorded one ends the replay
}

// errOtherLeader ends a strict replay.
var errOtherLeader = errors.New("another member was elected than there")

// worldsTried bounds how often a scenario is replayed to find a world in which
// the elections go as they went there.
const worldsTried = 16

// Replay replays a scenario. Chance is free, so worlds are tried until one
// elects the leaders that were observed there; if none of them does, it is the
// first. An error says that there is no result: no world did boot, or ctx
// ended. A world that crashes on the way is a problem of the step that it
// happened in.
func Replay(ctx context.Context, module *host.Module, s *scenario.Scenario, options Options) (*Result, error) {
	seed := options.Seed
	for range worldsTried {
		p, err := replay(ctx, module, s, seed, true)
		if err == nil {
			return p.result(), nil
		}
		if !errors.Is(err, errOtherLeader) {
			return nil, err
		}
		seed = p.rec.Seed + 1
	}
	p, err := replay(ctx, module, s, options.Seed, false)
	if err != nil {
		return nil, err
	}
	return p.result(), nil
}

func (p *player) result() *Result {
	return &Result{Recorded: p.out, Problems: p.problems, Run: p.recording()}
}

func replay(ctx context.Context, module *host.Module, s *scenario.Scenario, seed uint64, strict bool) (*player, error) {
	p := &player{
		scenario: s, out: &scenario.Scenario{Name: s.Name, File: "the replay of " + s.File, Header: s.Header, Line: s.Line},
		jobs: map[string]*background{}, started: map[string]bool{}, strict: strict,
	}
	if err := p.boot(ctx, module, seed); err != nil {
		return nil, fmt.Errorf("%s: %w", s.File, err)
	}
	defer p.run.Close()
	var ended error
	for i := range s.Steps {
		if ended == nil {
			ended = p.step(&s.Steps[i])
			if ctx.Err() != nil || errors.Is(ended, errOtherLeader) {
				return p, ended
			}
			if ended != nil {
				p.problem(&s.Steps[i], "the world ended: %v", ended)
			}
		}
		if ended != nil {
			p.record(&s.Steps[i], notRun(ended))
		}
	}
	return p, nil
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
	if err := p.pause(s); err != nil {
		return err
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
	if err == nil && p.strict && !sameStatus(s, o) {
		return errOtherLeader
	}
	if err == nil {
		p.record(s, o)
	}
	return err
}

// sameStatus tells whether a command that shows who leads shows what it showed
// there. Every other command shows the same whoever was elected.
func sameStatus(s *scenario.Step, o *outcome) bool {
	if s.Kind != scenario.Command || !strings.Contains(s.Cmd, "endpoint status") {
		return true
	}
	want, _ := runRules.Normal(s.Cmd, s.Env, s.Output(), &scenario.Captured{})
	got, _ := runRules.Normal(s.Cmd, s.Env, o.Output, &scenario.Captured{})
	return want.Stdout == got.Stdout
}

// Waits of the recorder, as the times in the recordings have them.
const (
	connectedFor      = 8 * time.Second        // since boot, when the first step runs
	startedFor        = 6 * time.Second        // a member that was started, when the next command runs
	healedFor         = 1 * time.Second        // a partition, and all follow one leader, when the next command runs
	quorumLostFor     = 4 * time.Second        // when the next command runs and nothing else is waited for
	afterCommand      = 100 * time.Millisecond // what was committed is applied everywhere, as it is at once on one computer
	afterBackground   = time.Second            // a command in the background has been started
	beforeInterrupt   = 700 * time.Millisecond
	startPatience     = 10 * time.Second // for a member that was started
	leaderPatience    = 60 * time.Second
	commandPatience   = 60 * time.Second // beyond three times what it took there
	interruptPatience = 10 * time.Second // for a command to end after Ctrl-C
)

// pause lets the time pass that the recorder took before a step.
func (p *player) pause(s *scenario.Step) error {
	if s.Kind == scenario.Note {
		return nil
	}
	after := p.typed
	p.typed = s.Prints()
	if after {
		if err := p.wait(afterCommand); err != nil {
			return err
		}
	}
	if s.Kind == scenario.Fault {
		return nil
	}
	if err := p.settle(); err != nil {
		return err
	}
	lost := p.lost && !p.quorum()
	p.lost = false
	if lost && s.Kind != scenario.Do {
		return p.wait(quorumLostFor)
	}
	return nil
}

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
	head := &scenario.Step{Line: 1, Member: c.Leader}
	switch {
	case c.Members == 0:
		if err := p.lab(head, "kill all; lab wipe all"); err != nil {
			return err
		}
	case len(c.ServerFlags) > 0:
		if err := p.restart(head, c.ServerFlags); err != nil {
			return err
		}
		if err := p.ensureLeader(head); err != nil {
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
