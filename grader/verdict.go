package grader

import (
	"fmt"

	"quorumlab/lab/event"
)

// Verdict is what came of an attempt.
type Verdict struct {
	Exercise      string       `json:"exercise"`
	Title         string       `json:"title"`
	Passed        bool         `json:"passed"`
	Complete      bool         `json:"complete"` // every step is decided
	Points        int          `json:"points"`
	Of            int          `json:"of"`
	SecondsTaken  int64        `json:"seconds"` // of virtual time, from the prompt
	Commands      int          `json:"commands"`
	UnavailableMs int64        `json:"unavailableMs"` // without a leader that has a quorum, from the prompt
	Revealed      bool         `json:"revealed"`      // the solution was looked at: no credit
	Par           Par          `json:"par,omitzero"`
	Steps         []StepReport `json:"steps"`
	Violations    []Violation  `json:"violations,omitempty"`
}

// StepReport is what came of one step.
type StepReport struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Points   int    `json:"points"` // earned
	Of       int    `json:"of"`
	State    string `json:"state"` // passed, failed, active, holding; "" if its turn never came
	Expected string `json:"expected,omitempty"`
	Seen     string `json:"seen,omitempty"`
	AtMicros int64  `json:"atMicros,omitempty"` // when it was decided, or last looked at
	Explain  string `json:"explain,omitempty"`  // of a step that was passed
}

// Violation is one time that something happened that must not.
type Violation struct {
	AtMicros int64  `json:"atMicros"`
	Step     string `json:"step,omitempty"`
	Text     string `json:"text"`
	Seen     string `json:"seen,omitempty"`
}

// StopsAt is the first step that was not passed; "" if all were.
func (v *Verdict) StopsAt() string {
	for _, s := range v.Steps {
		if s.State != Passed {
			return s.ID
		}
	}
	return ""
}

// Reason says in one sentence why a step stands where it does.
func (s *StepReport) Reason() string {
	switch s.State {
	case Passed:
		return s.Seen
	case "":
		return "its turn did not come"
	case Holding:
		return fmt.Sprintf("expected: %s; seen: %s, not yet long enough", s.Expected, s.Seen)
	}
	return fmt.Sprintf("expected: %s; seen: %s", s.Expected, s.Seen)
}

// Verdict is the verdict as things stand now; it is final once Done.
func (g *Grader) Verdict() Verdict {
	if g.verdict != nil {
		return *g.verdict
	}
	v := Verdict{
		Exercise: g.spec.ID, Title: g.spec.Title, Of: g.spec.Points(), Complete: g.done, Revealed: g.shown,
		Commands: g.model.Commands(), UnavailableMs: g.model.UnavailableMicros() / 1000, Par: g.spec.Par,
		Violations: g.broken,
	}
	if ready, since := g.model.Ready(); ready {
		v.SecondsTaken = (g.model.NowMicros() - since) / 1_000_000
	}
	for _, s := range g.steps {
		v.Steps = append(v.Steps, s.report(g.shown))
	}
	v.score(g.lostBy)
	if g.done {
		g.verdict = &v
	}
	return v
}

func (s *step) report(shown bool) StepReport {
	r := StepReport{
		ID: s.ID, Title: s.Title, Of: s.Points, State: s.state,
		Expected: s.expected(), Seen: s.seen, AtMicros: max(s.atMicros, s.saidMicros),
	}
	if s.state == Passed {
		r.Explain = s.Explain
	}
	if !shown {
		r.Points = s.points()
	}
	return r
}

// score adds up the steps and takes off what violations cost.
func (v *Verdict) score(lostBy int) {
	v.Passed = v.Complete && !v.Revealed
	for _, s := range v.Steps {
		v.Points += s.Points
		v.Passed = v.Passed && s.State == Passed
	}
	v.Points = max(v.Points-lostBy, 0)
}

// Report makes a verdict of what a grader said, for a host that replays a
// recording: the grading was done inside lab.wasm, and the host only reads
// along. Give it every event of type ready, command, echo, exercise, step,
// violation and verdict, then End, then ask for the Verdict.
type Report struct {
	spec        *Spec
	verdict     Verdict
	lostBy      int
	ready       bool
	readyMicros int64
}

// NewReport begins a report on an attempt at an exercise.
func NewReport(spec *Spec) *Report {
	r := &Report{spec: spec, verdict: Verdict{Exercise: spec.ID, Title: spec.Title, Of: spec.Points(), Par: spec.Par}}
	for i := range spec.Steps {
		s := &spec.Steps[i]
		r.verdict.Steps = append(r.verdict.Steps, StepReport{ID: s.ID, Title: s.Title, Of: s.Points, Expected: s.expected()})
	}
	return r
}

// Observe takes in one event; other types than those of a grader are ignored.
func (r *Report) Observe(e *event.Event) {
	switch e.Type {
	case event.Ready:
		r.ready, r.readyMicros = true, e.T
	case event.Command, event.Echo:
		r.observeCommand(e)
	case event.StepState:
		r.observeStep(e)
	case event.Violation:
		r.verdict.Violations = append(r.verdict.Violations, Violation{AtMicros: e.T, Step: e.Step, Text: e.Text, Seen: e.Seen})
		r.lostBy += r.costs(e.Text)
	case event.Verdict:
		v := &r.verdict
		v.Complete, v.SecondsTaken, v.Commands = true, e.Seconds, e.Commands
		v.UnavailableMs, v.Revealed = e.UnavailableMs, v.Revealed || e.Revealed
	}
}

func (r *Report) observeCommand(e *event.Event) {
	if r.ready && e.Session > 0 && !r.verdict.Complete {
		r.verdict.Commands++
	}
}

// End tells when the attempt ended; it matters if that was before its verdict.
func (r *Report) End(nowMicros int64) {
	if r.ready && !r.verdict.Complete {
		r.verdict.SecondsTaken = (nowMicros - r.readyMicros) / 1_000_000
	}
}

func (r *Report) costs(say string) int {
	for _, n := range r.spec.Never {
		if n.Say == say {
			return n.Costs
		}
	}
	return 0
}

func (r *Report) observeStep(e *event.Event) {
	i := r.spec.StepIndex(e.Step)
	if i < 0 {
		return
	}
	s := &r.verdict.Steps[i]
	s.State, s.Expected, s.Seen, s.AtMicros = e.State, e.Expected, e.Seen, e.At
	s.Points = e.Points
	r.verdict.UnavailableMs = e.UnavailableMs
}

// Reveal notes that the recording has an input that revealed the solution: an
// attempt without a verdict event does not tell.
func (r *Report) Reveal() { r.verdict.Revealed = true }

// Verdict closes the report. An attempt that ended before its last step is
// judged by what it had.
func (r *Report) Verdict() Verdict {
	v := r.verdict
	v.Steps = nil
	for i, s := range r.verdict.Steps {
		if s.State == Passed {
			s.Explain, s.Points = r.spec.Steps[i].Explain, s.Of
		}
		if v.Revealed {
			s.Points = 0
		}
		v.Steps = append(v.Steps, s)
	}
	v.score(r.lostBy)
	return v
}
