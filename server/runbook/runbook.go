// Package runbook runs one script against many seeds of an incident and says on
// how many it holds. A script holds on a seed if the exercise's steps pass
// (recovery) and nothing was broken on the way (safety): no acknowledged write
// is lost, and what the clients below Clients were told is linearizable. What
// it took (cost) is told beside that.
package runbook

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"quorumlab/exercises"
	"quorumlab/grader"
	"quorumlab/lab/event"
	"quorumlab/server/host"
	"quorumlab/server/judge"
	"quorumlab/server/play"
	"quorumlab/server/prove"
)

// Clients is where the incident's own clients write and read; their history is
// judged for linearizability.
const Clients = "/clients/"

const (
	grace    = 60 * time.Second // of virtual time, after the script's last line
	patience = 20 * time.Second // of real time, for judging one history
)

// Result is what came of one seed.
type Result struct {
	Seed          uint64
	Holds         bool
	Why           string // it does not hold
	StopsAt       string // the first step that was not passed
	UnavailableMs int64  // without a leader
	Commands      int
	Failed        int // operations of the clients that failed, or are of unknown outcome
	Answered      int
}

// Run runs a script with one seed; an empty script leaves the incident alone.
func Run(ctx context.Context, module *host.Module, e *exercises.Exercise, script string, seed uint64) Result {
	r := Result{Seed: seed}
	clients := &prove.Observer{Prefix: Clients}
	exercise := judge.Exercise{SHA256: e.SHA256, JSON: e.JSON, Spec: &e.Spec}
	options := play.Options{World: e.World, Seed: seed, Exercise: &exercise}
	options.Host.OnEvent = watch(clients)
	player, err := play.Start(ctx, module, options)
	if player != nil {
		defer player.Close()
	}
	if err == nil {
		err = typed(player, script)
	}
	if err != nil {
		r.Why = err.Error()
		return r
	}
	r.judge(e, player.Verdict(), clients)
	return r
}

var kinds = judge.Types(event.Request, event.Reply)

// watch gives the clients' events to an observer.
func watch(clients *prove.Observer) func(line []byte) {
	return func(line []byte) {
		if !judge.Is(line, kinds) {
			return
		}
		if e, err := event.Decode(line); err == nil {
			clients.Observe(&e)
		}
	}
}

func typed(player *play.Player, script string) error {
	for line := range strings.Lines(script) {
		if err := player.Line(strings.TrimSuffix(line, "\n")); err != nil {
			return err
		}
	}
	if player.Incomplete() {
		return fmt.Errorf("the script ends in the middle of a command")
	}
	return player.Wait(grace, player.Decided)
}

// judge looks at safety first: a recovery that lost something is none.
func (r *Result) judge(e *exercises.Exercise, v *judge.Verdict, clients *prove.Observer) {
	r.UnavailableMs, r.Commands, r.StopsAt = v.UnavailableMs, v.Commands, v.StopsAt()
	r.Answered, r.Failed = clients.Counts()
	is, known := true, true
	if !e.MayLose {
		is, known = clients.Linearizable(patience)
	}
	switch i := firstNotPassed(v); {
	case !is:
		r.Why = "safety: what the clients were told is not linearizable"
	case !known:
		r.Why = "safety: the clients' history is too long to judge"
	case len(v.Violations) > 0 && !v.Passed:
		r.Why = "safety: " + v.Violations[0].Text
	case i != nil:
		r.Why = fmt.Sprintf("recovery: stops at %s: %s", i.ID, i.Reason())
	default:
		r.Holds = v.Passed
	}
}

// firstNotPassed is the step that an attempt stops at, or nil.
func firstNotPassed(v *judge.Verdict) *grader.StepReport {
	for i := range v.Steps {
		if v.Steps[i].State != grader.Passed {
			return &v.Steps[i]
		}
	}
	return nil
}

// Seeds runs a script with many seeds, several at a time, and gives the results
// in the order of the seeds. Seeds go through the exercise's variants in turn;
// script picks the text for one of them.
func Seeds(ctx context.Context, module *host.Module, e *exercises.Exercise, script func(*exercises.Exercise) string, first uint64, seeds, jobs int) []Result {
	results := make([]Result, seeds)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(jobs, seeds) {
		workers.Go(func() {
			for i := range next {
				seed := first + uint64(i)
				variant := e.Variants[(seed-1)%uint64(len(e.Variants))]
				results[i] = Run(ctx, module, variant, script(variant), seed)
			}
		})
	}
	for i := range seeds {
		next <- i
	}
	close(next)
	workers.Wait()
	return results
}

// Summary is many results in one sentence and a few figures.
type Summary struct {
	Holds, Of     int
	WithinPar     int // of those that hold
	Seeds         []uint64
	MedianMs      int64 // without a leader
	WorstMs       int64
	MedianFailed  int // operations of the clients
	WorstFailed   int
	MostCommonWhy string
}

// Sum adds results up.
func Sum(results []Result, par grader.Par) Summary {
	s := Summary{Of: len(results)}
	var unavailable []int64
	var failed []int
	whys := map[string]int{}
	for _, r := range results {
		if r.Holds {
			s.Holds++
			if within(r, par) {
				s.WithinPar++
			}
		} else {
			s.Seeds = append(s.Seeds, r.Seed)
			whys[r.Why]++
			if whys[r.Why] > whys[s.MostCommonWhy] {
				s.MostCommonWhy = r.Why
			}
		}
		unavailable, failed = append(unavailable, r.UnavailableMs), append(failed, r.Failed)
	}
	slices.Sort(unavailable)
	slices.Sort(failed)
	if n := len(results); n > 0 {
		s.MedianMs, s.WorstMs = unavailable[n/2], unavailable[n-1]
		s.MedianFailed, s.WorstFailed = failed[n/2], failed[n-1]
	}
	return s
}

func within(r Result, par grader.Par) bool {
	return (par.UnavailableMs == 0 || r.UnavailableMs <= par.UnavailableMs) && (par.Commands == 0 || r.Commands <= par.Commands)
}

// String is what a learner reads: "holds on 97 of 100: see seed 41".
func (s Summary) String() string {
	text := fmt.Sprintf("holds on %d of %d", s.Holds, s.Of)
	if len(s.Seeds) > 0 {
		text += fmt.Sprintf(": see seed %d", s.Seeds[0])
	}
	return text
}
