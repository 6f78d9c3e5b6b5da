package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"quorumlab/lab/scenario"
	"quorumlab/server/host"
	"quorumlab/server/transcript"
)

// transcribing is one run of `quorumlab transcript`.
type transcribing struct {
	module  *host.Module
	rules   *scenario.Rules
	seed    uint64
	dir     string // for the lab's own recordings
	record  string // for what the worlds were given
	quiet   bool
	asJSON  bool
	jobs    int
	classes []string
	out     io.Writer
}

func transcriptCommand(source *labSource) *cobra.Command {
	t := &transcribing{}
	cmd := &cobra.Command{
		Use:   "transcript [flags] FILE.jsonl...",
		Short: "Replay recordings of a real etcd and compare",
		Long: `transcript replays each recorded scenario in a fresh world: a cluster at the
addresses of its header, the same commands in the lab's shell, the same faults.
It prints how many commands print and exit as recorded there, after what varies
from run to run is taken out, and the differences: what was expected after "-",
what the lab printed after "+". Commands that a recording marks as unstable are
not counted. The exit status is 0 if everything matches.

lab/testdata/etcd/README.md describes the form of the files.`,
		Example: `  quorumlab transcript lab/testdata/etcd/kv-basic.jsonl
  quorumlab transcript --quiet lab/testdata/etcd/*.jsonl
  quorumlab transcript --out recorded --json lab/testdata/etcd/*.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			t.out = cmd.OutOrStdout()
			scenarios, err := readScenarios(files)
			if err != nil {
				return err
			}
			if t.rules, err = scenario.LoadRules(t.classes...); err != nil {
				return err
			}
			if t.module, err = source.module(cmd.Context()); err != nil {
				return err
			}
			return t.run(cmd.Context(), scenarios)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&t.dir, "out", "", "write the lab's own recordings to this `DIR`, under the same file names")
	flags.StringVar(&t.record, "record", "", "write what each world was given to this `DIR`, for quorumlab replay")
	flags.BoolVar(&t.quiet, "quiet", false, "print no differences, only the counts")
	flags.BoolVar(&t.asJSON, "json", false, "print one JSON object for each file")
	flags.Uint64Var(&t.seed, "seed", 1, "the first seed tried")
	flags.IntVar(&t.jobs, "jobs", runtime.NumCPU(), "worlds at the same time")
	flags.StringSliceVar(&t.classes, "classes", []string{scenario.ClassRun, scenario.ClassImpl}, "of the rules of normalize.json to apply")
	return cmd
}

func readScenarios(files []string) ([]*scenario.Scenario, error) {
	all := make([]*scenario.Scenario, len(files))
	for i, file := range files {
		s, err := scenario.Read(file)
		if err != nil {
			return nil, err
		}
		all[i] = s
	}
	return all, nil
}

// transcribed is what came of one scenario.
type transcribed struct {
	result     *transcript.Result
	comparison *scenario.Comparison
	err        error
}

func (t *transcribing) run(ctx context.Context, scenarios []*scenario.Scenario) error {
	for _, dir := range []string{t.dir, t.record} {
		if dir == "" {
			continue
		}
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	results := t.replay(ctx, scenarios)
	matched, total, failed := 0, 0, false
	for i, s := range scenarios {
		one := <-results[i]
		if one.err != nil {
			return one.err
		}
		c := one.comparison
		matched, total = matched+c.Matched, total+c.Total
		failed = failed || c.Matched < c.Total
		if err := t.report(s, &one); err != nil {
			return err
		}
	}
	if !t.asJSON && len(scenarios) > 1 {
		fmt.Fprintf(t.out, "%d/%d commands match\n", matched, total)
	}
	if failed {
		return &failure{"some commands do not match"}
	}
	return nil
}

// replay replays all scenarios, several at a time; results come in order.
func (t *transcribing) replay(ctx context.Context, scenarios []*scenario.Scenario) []chan transcribed {
	results := make([]chan transcribed, len(scenarios))
	next := make(chan int)
	var workers sync.WaitGroup
	for i := range results {
		results[i] = make(chan transcribed, 1)
	}
	for range max(1, t.jobs) {
		workers.Go(func() {
			for i := range next {
				results[i] <- t.one(ctx, scenarios[i])
			}
		})
	}
	go func() {
		for i := range scenarios {
			next <- i
		}
		close(next)
	}()
	return results
}

func (t *transcribing) one(ctx context.Context, s *scenario.Scenario) (one transcribed) {
	one.result, one.err = transcript.Replay(ctx, t.module, s, transcript.Options{Seed: t.seed})
	if one.err != nil {
		return one
	}
	one.comparison, one.err = t.rules.Compare(s, one.result.Recorded)
	return one
}

func (t *transcribing) report(s *scenario.Scenario, one *transcribed) error {
	c := one.comparison
	if t.asJSON {
		if err := t.reportJSON(s, one); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(t.out, "%-32s %d/%d\n", s.Name, c.Matched, c.Total)
		for _, p := range one.result.Problems {
			fmt.Fprintf(t.out, "%s:%d: note: %s\n", s.File, p.Line, p.Text)
		}
		if !t.quiet {
			transcript.Print(t.out, s.File, c)
		}
	}
	base := filepath.Base(s.File)
	return errors.Join(
		write(t.dir, base, func() ([]byte, error) { return transcript.Text(one.result.Recorded), nil }),
		write(t.record, strings.TrimSuffix(base, ".jsonl")+".json", func() ([]byte, error) { return json.Marshal(one.result.Run) }),
	)
}

// write writes a file of a folder; without one, nothing.
func write(dir, name string, text func() ([]byte, error)) error {
	if dir == "" {
		return nil
	}
	b, err := text()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), b, 0o666)
}

// jsonDifference is one command that does not match.
type jsonDifference struct {
	Line   int                 `json:"line"`
	Cmd    string              `json:"cmd"`
	Fields map[string][]string `json:"fields"` // name: [want, got], after normalisation
}

func (t *transcribing) reportJSON(s *scenario.Scenario, one *transcribed) error {
	differences := []jsonDifference{}
	for _, d := range one.comparison.Differences {
		fields := map[string][]string{}
		for _, f := range d.Fields {
			fields[f.Name] = []string{f.Want, f.Got}
		}
		differences = append(differences, jsonDifference{d.Line, d.Cmd, fields})
	}
	if t.quiet {
		differences = nil
	}
	problems := []string{}
	for _, p := range one.result.Problems {
		problems = append(problems, fmt.Sprintf("%d: %s", p.Line, p.Text))
	}
	enc := json.NewEncoder(t.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		Scenario    string           `json:"scenario"`
		File        string           `json:"file"`
		Matched     int              `json:"matched"`
		Total       int              `json:"total"`
		Unstable    int              `json:"unstable"`
		Seed        uint64           `json:"seed"`
		Problems    []string         `json:"problems"`
		Differences []jsonDifference `json:"differences,omitempty"`
	}{s.Name, s.File, one.comparison.Matched, one.comparison.Total, one.comparison.Unstable, one.result.Run.Seed, problems, differences})
}
