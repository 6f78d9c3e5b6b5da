package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"quorumlab/exercises"
	"quorumlab/grader"
	"quorumlab/server/host"
	"quorumlab/server/judge"
	"quorumlab/server/play"
)

// grace is how long, in virtual time, an attempt may still come true after its
// last line; the untouched world is watched for as long.
const grace = 30 * time.Second

// What is expected of an attempt.
const (
	untouched = "untouched" // no step may pass
	good      = "good"      // all steps pass
	wrong     = "wrong"     // it stops at the step it names
)

// attempt is one script of an exercise, to be run with every seed.
type attempt struct {
	exercise *exercises.Exercise
	number   int    // among those of its exercise
	name     string // as shown: solution, alternatives/x, wrong/y, untouched world
	kind     string
	script   string
	stopsAt  string // of a wrong one
}

// trial is one attempt with one seed.
type trial struct {
	attempt int // index
	seed    uint64
	problem string // what was not as expected; empty if all was
}

type checking struct {
	module   *host.Module
	seeds    int
	jobs     int
	out      io.Writer
	progress io.Writer
}

func exerciseCommand(source *labSource) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "exercise",
		Short:   "Work on exercises",
		Example: "  quorumlab exercise check --seeds 50",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newExerciseCommand(), checkCommand(source))
	return cmd
}

func checkCommand(source *labSource) *cobra.Command {
	c := &checking{}
	cmd := &cobra.Command{
		Use:   "check [flags] [DIR...]",
		Short: "Prove exercises: run every solution and every wrong attempt",
		Long: `check runs the solution, the alternatives, the wrong attempts and the untouched
world of each exercise, with every seed, through the real lab. Solutions must
pass; a wrong attempt must stop at the step that its first line names
("# stops at: STEP"); in the untouched world no step may pass. Without DIR it
checks the exercises in this binary.`,
		Example: `  quorumlab exercise check --seeds 50
  quorumlab exercise check exercises/kill-the-leader`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.seeds < 1 {
				return fmt.Errorf("--seeds: expected 1 or more, not %d", c.seeds)
			}
			all, err := exercisesToCheck(args)
			if err != nil {
				return err
			}
			if c.module, err = source.module(cmd.Context()); err != nil {
				return err
			}
			c.out, c.progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return c.run(cmd.Context(), all)
		},
	}
	cmd.Flags().IntVar(&c.seeds, "seeds", 5, "how many seeds to run each attempt with: 1, 2, 3, …")
	cmd.Flags().IntVar(&c.jobs, "jobs", runtime.NumCPU(), "worlds at the same time")
	return cmd
}

func exercisesToCheck(folders []string) ([]*exercises.Exercise, error) {
	if len(folders) == 0 {
		return exercises.All()
	}
	var all []*exercises.Exercise
	for _, folder := range folders {
		some, err := loadFolder(folder)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func attempts(e *exercises.Exercise) []attempt {
	list := []attempt{
		{exercise: e, name: "untouched world", kind: untouched},
		{exercise: e, name: "solution", kind: good, script: e.Solution},
	}
	for _, s := range e.Alternatives {
		list = append(list, attempt{exercise: e, name: "alternatives/" + s.Name, kind: good, script: s.Text})
	}
	for _, s := range e.Wrong {
		list = append(list, attempt{exercise: e, name: "wrong/" + s.Name, kind: wrong, script: s.Text, stopsAt: s.StopsAt})
	}
	for i := range list {
		list[i].number = i
	}
	return list
}

// withSeed is the attempt at the variant of its exercise that a seed is for:
// seeds go through them in turn.
func (a *attempt) withSeed(seed uint64) *attempt {
	variants := a.exercise.Variants
	return &attempts(variants[(seed-1)%uint64(len(variants))])[a.number]
}

func (c *checking) run(ctx context.Context, all []*exercises.Exercise) error {
	var list []attempt
	for _, e := range all {
		list = append(list, attempts(e)...)
	}
	trials := c.try(ctx, list)
	if err := ctx.Err(); err != nil {
		return err
	}
	failed := c.report(list, trials)
	fmt.Fprintf(c.out, "%d passed, %d failed\n", len(trials)-failed, failed)
	if failed > 0 {
		return &failure{"some attempts did not do what they should"}
	}
	return nil
}

// try runs every attempt with every seed, several at a time.
func (c *checking) try(ctx context.Context, list []attempt) []trial {
	var trials []trial
	for seed := range uint64(c.seeds) {
		for i := range list {
			trials = append(trials, trial{attempt: i, seed: seed + 1})
		}
	}
	next := make(chan *trial)
	done := make(chan *trial)
	var workers sync.WaitGroup
	for range c.jobs {
		workers.Go(func() {
			for t := range next {
				t.problem = c.tryOne(ctx, &list[t.attempt], t.seed)
				done <- t
			}
		})
	}
	go func() {
		for i := range trials {
			next <- &trials[i]
		}
		close(next)
		workers.Wait()
		close(done)
	}()
	c.follow(len(trials), done)
	return trials
}

// progressEvery is how often progress is told.
const progressEvery = 10 * time.Second

func (c *checking) follow(total int, done <-chan *trial) {
	start, told, n := time.Now(), time.Now(), 0
	for range done {
		n++
		if n < total && time.Since(told) > progressEvery {
			told = time.Now()
			fmt.Fprintf(c.progress, "%d of %d runs, %.0f s\n", n, total, time.Since(start).Seconds())
		}
	}
}

// tryOne runs one attempt and gives what was not as expected.
func (c *checking) tryOne(ctx context.Context, a *attempt, seed uint64) string {
	a = a.withSeed(seed)
	exercise := judgeable(a.exercise)
	player, err := play.Start(ctx, c.module, play.Options{World: a.exercise.World, Seed: seed, Exercise: &exercise})
	if player != nil {
		defer player.Close()
	}
	if err != nil {
		return err.Error()
	}
	for line := range strings.Lines(a.script) {
		if err := player.Line(strings.TrimSuffix(line, "\n")); err != nil {
			return err.Error()
		}
	}
	if err := player.Wait(grace, player.Decided); err != nil {
		return err.Error()
	}
	return judgeAttempt(a, player)
}

func judgeAttempt(a *attempt, player *play.Player) string {
	v := player.Verdict()
	i := slices.IndexFunc(v.Steps, func(s grader.StepReport) bool { return s.State != grader.Passed })
	switch {
	case a.kind == good && v.Passed:
		return ""
	case a.kind == good && i < 0:
		return "all steps pass and the whole does not: " + violations(v)
	case a.kind == good:
		return fmt.Sprintf("stops at %s: %s", v.Steps[i].ID, v.Steps[i].Reason())
	case v.Passed:
		return "passes, and must not"
	case a.kind == untouched:
		return untouchedProblem(v)
	case i < 0:
		return fmt.Sprintf("passes every step; it should stop at %s", a.stopsAt)
	case v.Steps[i].ID != a.stopsAt:
		return fmt.Sprintf("stops at %s and not at %s: %s", v.Steps[i].ID, a.stopsAt, v.Steps[i].Reason())
	}
	return ""
}

func untouchedProblem(v *judge.Verdict) string {
	for _, s := range v.Steps {
		if s.State == grader.Passed {
			return fmt.Sprintf("step %s passes though nobody did anything", s.ID)
		}
	}
	return ""
}

func violations(v *judge.Verdict) string {
	var texts []string
	for _, broken := range v.Violations {
		texts = append(texts, broken.Text)
	}
	return strings.Join(texts, "; ")
}

// report prints the table of results and counts what failed.
func (c *checking) report(list []attempt, trials []trial) (failed int) {
	problems := make([][]trial, len(list))
	for _, t := range trials {
		if t.problem != "" {
			problems[t.attempt] = append(problems[t.attempt], t)
			failed++
		}
	}
	exercise := ""
	for i, a := range list {
		if a.exercise.ID != exercise {
			exercise = a.exercise.ID
			fmt.Fprintln(c.out, exercise)
		}
		what := "passes"
		switch a.kind {
		case untouched:
			what = "passes no step"
		case wrong:
			what = "stops at " + a.stopsAt
		}
		fmt.Fprintf(c.out, "  %-34s %-28s %d of %d seeds\n", a.name, what, c.seeds-len(problems[i]), c.seeds)
		for _, t := range problems[i][:min(len(problems[i]), 3)] {
			fmt.Fprintf(c.out, "    seed %d: %s\n", t.seed, t.problem)
		}
	}
	return failed
}
