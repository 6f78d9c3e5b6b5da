package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"quorumlab/server/judge"
	"quorumlab/server/verdict"
)

// graded is one recording with what came of it.
type graded struct {
	File    string         `json:"file"`
	Verdict *judge.Verdict `json:"verdict,omitempty"`
	Error   string         `json:"error,omitempty"`
	Code    string         `json:"code,omitempty"` // of the error
}

func (g *graded) passed() bool { return g.Verdict != nil && g.Verdict.Passed }

func gradeCommand(source *labSource) *cobra.Command {
	var asJSON, asCSV bool
	var folders []string
	cmd := &cobra.Command{
		Use:   "grade RECORDING...",
		Short: "Run recordings again and print each step's verdict",
		Long: `grade runs each recording again, under the grader, and prints what every step
came to, when and why. The exit status is 0 only if all of them pass.`,
		Example: `  quorumlab grade run.json
  quorumlab grade --csv submissions/*.json > marks.csv`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asJSON && asCSV {
				return errors.New("--json and --csv: expected one of them")
			}
			known, err := knownExercises(folders)
			if err != nil {
				return err
			}
			module, err := source.module(cmd.Context())
			if err != nil {
				return err
			}
			g := grading{judge: judge.New(module, known, judge.Limits{}), out: cmd.OutOrStdout()}
			print := g.print
			switch {
			case asJSON:
				print = g.printJSON
			case asCSV:
				print = g.printCSV
			}
			return g.run(cmd, args, print)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each recording")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print one line for each recording, for a spreadsheet")
	cmd.Flags().StringSliceVar(&folders, "exercises", nil, "folders of exercises to know beside the embedded ones")
	return cmd
}

type grading struct {
	judge *judge.Judge
	out   io.Writer
	lines int // of CSV so far
}

func (g *grading) run(cmd *cobra.Command, files []string, print func(*graded) error) error {
	failed := 0
	for _, file := range files {
		result := g.grade(cmd, file)
		if !result.passed() {
			failed++
		}
		if err := print(result); err != nil {
			return err
		}
	}
	if failed > 0 {
		return &failure{fmt.Sprintf("%d did not pass", failed)}
	}
	return nil
}

func (g *grading) grade(cmd *cobra.Command, file string) *graded {
	result := &graded{File: file}
	rec, err := readRecording(file)
	if err == nil {
		result.Verdict, err = g.judge.Judge(cmd.Context(), rec)
	}
	if err != nil {
		result.Error, result.Code = err.Error(), verdict.CodeBadRecording
	}
	var refused *verdict.Error
	if errors.As(err, &refused) {
		result.Code = refused.Code
	}
	return result
}

func (g *grading) printJSON(r *graded) error {
	enc := json.NewEncoder(g.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

func (g *grading) printCSV(r *graded) error {
	w := csv.NewWriter(g.out)
	if g.lines == 0 {
		_ = w.Write([]string{"file", "exercise", "passed", "points", "of", "seconds", "commands", "unavailable_ms", "revealed", "stops_at", "error"})
	}
	g.lines++
	row := []string{r.File, "", "false", "0", "", "", "", "", "", "", r.Error}
	if v := r.Verdict; v != nil {
		row = []string{
			r.File, v.Exercise, strconv.FormatBool(v.Passed), strconv.Itoa(v.Points), strconv.Itoa(v.Of),
			strconv.FormatInt(v.SecondsTaken, 10), strconv.Itoa(v.Commands), strconv.FormatInt(v.UnavailableMs, 10),
			strconv.FormatBool(v.Revealed), v.StopsAt(), "",
		}
	}
	_ = w.Write(row)
	w.Flush()
	return w.Error()
}

func (g *grading) print(r *graded) error {
	v := r.Verdict
	if v == nil {
		_, err := fmt.Fprintf(g.out, "%s: no verdict (%s)\n  %s\n", r.File, r.Code, r.Error)
		return err
	}
	outcome := "not passed"
	if v.Passed {
		outcome = "passed"
	}
	fmt.Fprintf(g.out, "%s: %s: %s, %d of %d points, %d s, %d commands, %d ms without a leader\n",
		r.File, v.Exercise, outcome, v.Points, v.Of, v.SecondsTaken, v.Commands, v.UnavailableMs)
	if v.Revealed {
		fmt.Fprintln(g.out, "  The solution was looked at: no credit.")
	}
	for i := range v.Steps {
		s := &v.Steps[i]
		state := s.State
		if state == "" {
			state = "waiting"
		}
		fmt.Fprintf(g.out, "  %-7s %8s  %s (%d of %d)\n", state, at(s.AtMicros), s.Title, s.Points, s.Of)
		if reason := s.Reason(); reason != "" {
			fmt.Fprintf(g.out, "                    %s\n", reason)
		}
	}
	for _, broken := range v.Violations {
		fmt.Fprintf(g.out, "  never   %8s  %s\n", at(broken.AtMicros), broken.Text)
	}
	return nil
}

// at is a time of the world since boot, as seconds; empty for none.
func at(micros int64) string {
	if micros == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f s", (time.Duration(micros) * time.Microsecond).Seconds())
}
