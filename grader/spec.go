// Package grader follows an exercise: it reads a compiled exercise, watches
// the world's events and says which steps are done, with reasons. The same
// code runs inside lab.wasm for the learner and, by replay, on a server.
package grader

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"quorumlab/lab/condition"
	"quorumlab/lab/event"
	"quorumlab/lab/recording"
)

// Spec is the judged part of an exercise, as package exercises compiles it.
// Its JSON enters the world as an input, and the SHA-256 of that JSON names it
// in a recording.
type Spec struct {
	ID    string          `json:"id"`
	Title string          `json:"title"`
	World recording.World `json:"world"`
	// Start is run by the workstation's shell before the learner gets the prompt.
	Start    string  `json:"start,omitempty"`
	Steps    []Step  `json:"steps"`
	AnyOrder bool    `json:"anyOrder,omitempty"`
	Never    []Never `json:"never,omitempty"`
	Par      Par     `json:"par,omitzero"`
}

// Step is one line of the checklist.
type Step struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Until is the condition that has to come true.
	Until string `json:"until"`
	// HoldMicros is how long it has to stay true; 0 means one look is enough.
	HoldMicros int64 `json:"holdMicros,omitempty"`
	// WithinMicros bounds the time from the step's turn to its coming true; 0
	// means there is all the time in the world.
	WithinMicros int64    `json:"withinMicros,omitempty"`
	Points       int      `json:"points"`
	Hints        []string `json:"hints,omitempty"`
	// Explain is shown once the step is passed.
	Explain string `json:"explain,omitempty"`
	// Credit is what a step is worth that is not passed; at most its points.
	Credit []Credit `json:"credit,omitempty"`
}

// Credit is earned once its condition was seen while its step was in progress,
// and counts if the step is not passed in the end.
type Credit struct {
	When   string `json:"when"`
	Points int    `json:"points"`
}

// Never is something that must not be. While it is, no step passes; each time
// it comes to be, it costs points, or the whole attempt if it is fatal.
type Never struct {
	When  string `json:"when"`
	Say   string `json:"say"`
	Costs int    `json:"costs,omitempty"`
	Fatal bool   `json:"fatal,omitempty"`
}

// Par is what a good solution needs; both are told beside the learner's own
// figures and neither is needed to pass. Zero means that none is set.
type Par struct {
	Commands      int   `json:"commands,omitempty"`
	UnavailableMs int64 `json:"unavailableMs,omitempty"`
}

// Points is the sum over all steps.
func (s *Spec) Points() int {
	sum := 0
	for _, step := range s.Steps {
		sum += step.Points
	}
	return sum
}

// Parse reads a compiled exercise; an error names the field.
func Parse(text []byte) (*Spec, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var spec Spec
	if err := dec.Decode(&spec); err != nil {
		return nil, fmt.Errorf("not an exercise: %w", err)
	}
	return &spec, spec.Check()
}

var stepID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ValidID tells whether a text may name an exercise or a step.
func ValidID(id string) bool { return stepID.MatchString(id) }

// Check holds a spec to the rules; conditions are checked by New.
func (s *Spec) Check() error {
	switch {
	case !ValidID(s.ID):
		return fmt.Errorf("id: expected lower-case words joined by hyphens, not %q", s.ID)
	case s.Title == "":
		return fmt.Errorf("title: expected the exercise's name")
	case len(s.Steps) == 0:
		return fmt.Errorf("steps: expected at least one")
	}
	if err := s.World.Check(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, step := range s.Steps {
		if err := step.check(); err != nil {
			return fmt.Errorf("steps[%d].%w", i, err)
		}
		if seen[step.ID] {
			return fmt.Errorf("steps[%d].id: %s is taken by a step before", i, step.ID)
		}
		seen[step.ID] = true
	}
	return nil
}

func (s *Step) check() error {
	switch {
	case !ValidID(s.ID):
		return fmt.Errorf("id: expected lower-case words joined by hyphens, not %q", s.ID)
	case s.Title == "":
		return fmt.Errorf("title: expected what the learner reads")
	case s.HoldMicros < 0 || s.WithinMicros < 0:
		return fmt.Errorf("hold and within: expected no time below zero")
	case s.Points < 0:
		return fmt.Errorf("points: expected 0 or more, not %d", s.Points)
	}
	return s.checkCredit()
}

func (s *Step) checkCredit() error {
	sum := 0
	for i, credit := range s.Credit {
		if credit.Points < 1 {
			return fmt.Errorf("credit[%d].points: expected 1 or more, not %d", i, credit.Points)
		}
		sum += credit.Points
	}
	if sum > 0 && sum >= s.Points {
		return fmt.Errorf("credit: %d points in all; expected fewer than the step's %d", sum, s.Points)
	}
	return nil
}

// StepIndex finds a step by its id; -1 if there is none.
func (s *Spec) StepIndex(id string) int {
	return slices.IndexFunc(s.Steps, func(step Step) bool { return step.ID == id })
}

// expected says what a step asks for.
func (s *Step) expected() string {
	text := s.Title
	if s.HoldMicros > 0 {
		text += fmt.Sprintf(", for %s", words(s.HoldMicros))
	}
	if s.WithinMicros > 0 {
		text += fmt.Sprintf(", within %s", words(s.WithinMicros))
	}
	return text
}

// words writes a time as a person would: 10 s, 1.5 s, 20 ms.
func words(micros int64) string {
	if micros < 1_000_000 {
		return fmt.Sprintf("%g ms", float64(micros)/1e3)
	}
	return fmt.Sprintf("%g s", float64(micros/1000)/1e3)
}

// checklist is what the page shows.
func (s *Spec) checklist() []event.Step {
	var steps []event.Step
	for _, step := range s.Steps {
		steps = append(steps, event.Step{ID: step.ID, Title: step.Title, Points: step.Points, Hints: step.Hints})
	}
	return steps
}

func compileAt(source, exercise, what string) (*condition.Condition, error) {
	return condition.Compile(source, condition.Position{File: exercise + ": " + what})
}
