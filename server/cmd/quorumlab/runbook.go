package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"quorumlab/exercises"
	"quorumlab/server/runbook"
)

// maxRunbookSeeds bounds one call: more is more calls, with --first.
const maxRunbookSeeds = 10_000

func runbookCommand(source *labSource) *cobra.Command {
	var first uint64
	var seeds, jobs int
	var folders []string
	cmd := &cobra.Command{
		Use:   "runbook [flags] EXERCISE [SCRIPT|-]",
		Short: "Run one script against many seeds of an incident",
		Long: `runbook types a script into an exercise's world once for each seed, and says on
how many of them it holds: whether every step was passed in the end (recovery),
whether no acknowledged write was lost and what the clients below /clients/ were
told is linearizable (safety), and what it took (cost). Without SCRIPT it runs
the exercise's own solution. A seed on which it does not hold is told with the
command that plays it again.`,
		Example: `  quorumlab runbook runbook-replace mine.sh
  quorumlab runbook runbook-replace mine.sh --seeds 1000
  quorumlab play --exercise runbook-replace --seed 41 mine.sh`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if seeds < 1 || seeds > maxRunbookSeeds {
				return fmt.Errorf("--seeds %d: expected 1 to %d", seeds, maxRunbookSeeds)
			}
			if first < 1 {
				return fmt.Errorf("--first 0: seeds begin with 1")
			}
			exercise, err := findExercise(args[0], folders)
			if err != nil {
				return err
			}
			script, err := scriptOf(cmd, exercise, args[1:])
			if err != nil {
				return err
			}
			module, err := source.module(cmd.Context())
			if err != nil {
				return err
			}
			begin := time.Now()
			results := runbook.Seeds(cmd.Context(), module, exercise, script, first, seeds, jobs)
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			printRunbook(cmd.OutOrStdout(), exercise, results, args, time.Since(begin))
			if runbook.Sum(results, exercise.Spec.Par).Holds < len(results) {
				return &failure{"the script does not hold on every seed"}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&seeds, "seeds", 100, "how many seeds to run the script with")
	flags.Uint64Var(&first, "first", 1, "the first seed")
	flags.IntVar(&jobs, "jobs", runtime.NumCPU(), "worlds at the same time")
	flags.StringSliceVar(&folders, "exercises", nil, "folders of exercises to know beside the embedded ones")
	return cmd
}

// scriptOf gives the learner's script whatever the variant, or each variant's
// own solution.
func scriptOf(cmd *cobra.Command, _ *exercises.Exercise, args []string) (func(*exercises.Exercise) string, error) {
	if len(args) == 0 {
		return func(e *exercises.Exercise) string { return e.Solution }, nil
	}
	in, err := openScript(cmd, args)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	return func(*exercises.Exercise) string { return string(text) }, nil
}

// shownFailures is how many seeds are told one by one.
const shownFailures = 10

func printRunbook(w io.Writer, e *exercises.Exercise, results []runbook.Result, args []string, took time.Duration) {
	sum := runbook.Sum(results, e.Spec.Par)
	fmt.Fprintf(w, "%s\n", sum)
	fmt.Fprintf(w, "cost       %.1f s without a leader (median), %.1f at worst; clients had %d operations without an answer (median), %d at worst\n",
		float64(sum.MedianMs)/1000, float64(sum.WorstMs)/1000, sum.MedianFailed, sum.WorstFailed)
	if sum.Holds > 0 {
		fmt.Fprintf(w, "par        %d of the %d that hold\n", sum.WithinPar, sum.Holds)
	}
	shown := 0
	for _, r := range results {
		if r.Holds || shown == shownFailures {
			continue
		}
		shown++
		script := "SCRIPT"
		if len(args) > 1 && args[1] != "-" {
			script = args[1]
		}
		fmt.Fprintf(w, "seed %-5d %s\n           quorumlab play --exercise %s --seed %d %s\n", r.Seed, r.Why, e.ID, r.Seed, script)
	}
	if more := len(results) - sum.Holds - shown; more > 0 {
		fmt.Fprintf(w, "           and %d more\n", more)
	}
	fmt.Fprintf(os.Stderr, "%d seeds in %.0f s\n", len(results), took.Seconds())
}
