//go:build wasip1

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"quorumlab/grader"
	"quorumlab/lab"
	"quorumlab/lab/event"
)

// attempt is the exercise that a world is about, if any.
type attempt struct {
	world  *lab.World
	grader *grader.Grader
	spec   *grader.Spec
}

// exerciseInput brings an exercise in; Spec is what package exercises compiled,
// to the byte, and SHA256 its name.
type exerciseInput struct {
	Type   string          `json:"type"`
	ID     string          `json:"id"`
	SHA256 string          `json:"sha256"`
	Spec   json.RawMessage `json:"spec"`
}

// attach lets the world take exercises.
func attach(w *lab.World) {
	a := &attempt{world: w}
	w.Extra["exercise"] = a.begin
	w.Extra["hint"] = a.hint
	w.Extra["reveal"] = a.reveal
	w.BeforeReady = a.start
	w.AfterTick = func(nowMicros int64) {
		if a.grader != nil {
			a.grader.Tick(nowMicros)
		}
	}
	w.Observe(func(e *event.Event) {
		if a.grader != nil {
			a.grader.Observe(e)
		}
	})
}

func (a *attempt) begin(raw []byte) error {
	var in exerciseInput
	if err := json.Unmarshal(raw, &in); err != nil {
		return fmt.Errorf("exercise: %w", err)
	}
	if a.grader != nil || a.world.Ready() {
		return errors.New("exercise: it has to come before the first tick, once")
	}
	if sum := sha256.Sum256(in.Spec); hex.EncodeToString(sum[:]) != in.SHA256 {
		return fmt.Errorf("exercise %s: its SHA-256 is %x, not %s", in.ID, sum, in.SHA256)
	}
	spec, err := grader.Parse(in.Spec)
	if err != nil {
		return fmt.Errorf("exercise %s: %w", in.ID, err)
	}
	g, err := grader.New(spec, grader.Options{Model: a.world.Model(), Emit: a.world.Emit})
	if err != nil {
		return fmt.Errorf("exercise %s: %w", in.ID, err)
	}
	a.grader, a.spec = g, spec
	return nil
}

// start runs the exercise's start script, before the learner gets the prompt.
func (a *attempt) start() {
	if a.spec == nil || a.spec.Start == "" {
		return
	}
	if code, output := a.world.RunScript(a.spec.Start); code != 0 {
		a.world.Emit(event.Event{Type: event.Error, Text: fmt.Sprintf("exercise %s: its start script ended with %d: %s", a.spec.ID, code, output)})
	}
}

func (a *attempt) hint([]byte) error {
	if a.grader == nil {
		return errors.New("hint: there is no exercise")
	}
	return nil // opening a hint costs nothing; that it was opened is in the recording
}

func (a *attempt) reveal([]byte) error {
	if a.grader == nil {
		return errors.New("reveal: there is no exercise")
	}
	a.grader.Reveal()
	return nil
}
