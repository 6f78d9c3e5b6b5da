// Package verdict reads an exercise's outcome out of a run's own events. The
// grader judges inside lab.wasm; whoever replays a recording under the same
// lab gets the same events and so the same verdict, and has no second grader
// to keep in step.
package verdict

import (
	"quorumlab/lab/event"
)

// Verdict is the outcome of one run of an exercise. Times are of the world.
type Verdict struct {
	Exercise      Exercise    `json:"exercise"`
	Passed        bool        `json:"passed"`
	Points        int         `json:"points"`
	Of            int         `json:"of"`
	Seconds       int64       `json:"seconds"`       // of virtual time until the verdict
	Commands      int         `json:"commands"`      // that the learner gave
	UnavailableMs int64       `json:"unavailableMs"` // during which no write could succeed
	Revealed      bool        `json:"revealed"`      // the solution was looked at: no credit
	Steps         []Step      `json:"steps"`
	Violations    []Violation `json:"violations"`

	Lab    string `json:"lab"`    // hex SHA-256 of the lab.wasm that judged
	Ticks  int    `json:"ticks"`  // replayed, of 10 ms
	Events int    `json:"events"` // seen
	Hash   string `json:"hash"`   // hex SHA-256 over the events: equal for every honest replay
}

// Exercise names what was judged.
type Exercise struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
	Title  string `json:"title"`
}

// Step is one line of the checklist with its outcome.
type Step struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Points   int    `json:"points"`
	State    string `json:"state"` // waiting, active, holding, passed or failed
	AtMs     int64  `json:"atMs"`  // when it was decided, of virtual time since boot; 0 if it was not
	Expected string `json:"expected,omitempty"`
	Seen     string `json:"seen,omitempty"`
}

// Violation is a `never` of the exercise that happened.
type Violation struct {
	Step     string `json:"step,omitempty"`
	Text     string `json:"text"`
	AtMs     int64  `json:"atMs"`
	Expected string `json:"expected,omitempty"`
	Seen     string `json:"seen,omitempty"`
}

// Stopped is the first step that was not passed, in the order of the
// exercise; nil if all were.
func (v *Verdict) Stopped() *Step {
	for i := range v.Steps {
		if v.Steps[i].State != "passed" {
			return &v.Steps[i]
		}
	}
	return nil
}

// Reader folds events into a verdict. Its zero value is ready; it is not for
// concurrent use.
type Reader struct {
	verdict Verdict
	loaded  bool // an exercise was
	decided bool // a verdict event was seen
}

const microsPerMs = 1000

// Add takes the next event of the run.
func (r *Reader) Add(e *event.Event) {
	switch e.Type {
	case event.Exercise:
		r.load(e)
	case event.StepState:
		r.step(e)
	case event.Violation:
		r.verdict.Violations = append(r.verdict.Violations,
			Violation{Step: e.Step, Text: e.Text, AtMs: e.T / microsPerMs, Expected: e.Expected, Seen: e.Seen})
	case event.Verdict:
		r.decide(e)
	}
}

// Loaded says whether an exercise was seen.
func (r *Reader) Loaded() bool { return r.loaded }

// Verdict is the outcome of the events so far: that of the grader once it has
// decided, and before that the points of the steps passed.
func (r *Reader) Verdict() *Verdict {
	v := r.verdict
	v.Steps = append([]Step{}, v.Steps...)
	v.Violations = append([]Violation{}, v.Violations...)
	if !r.decided {
		v.Points, v.Of = sum(v.Steps)
	}
	return &v
}

func sum(steps []Step) (points, of int) {
	for _, s := range steps {
		of += s.Points
		if s.State == "passed" {
			points += s.Points
		}
	}
	return points, of
}

func (r *Reader) load(e *event.Event) {
	r.loaded = true
	r.verdict.Exercise.Title = e.Title
	r.verdict.Steps = r.verdict.Steps[:0]
	for _, s := range e.Steps {
		r.verdict.Steps = append(r.verdict.Steps, Step{ID: s.ID, Title: s.Title, Points: s.Points, State: "waiting"})
	}
}

func (r *Reader) step(e *event.Event) {
	for i := range r.verdict.Steps {
		s := &r.verdict.Steps[i]
		if s.ID == e.Step {
			s.State, s.Expected, s.Seen, s.AtMs = e.State, e.Expected, e.Seen, e.At/microsPerMs
		}
	}
}

func (r *Reader) decide(e *event.Event) {
	r.decided = true
	v := &r.verdict
	v.Passed, v.Points, v.Of, v.Seconds = e.Passed, e.Points, e.Of, e.Seconds
	v.Commands, v.UnavailableMs, v.Revealed = e.Commands, e.UnavailableMs, e.Revealed
}
