// Package judge replays recordings and answers the grader's verdict, which
// lies in the run's own events. It is what `quorumlab grade` and POST
// /api/v1/verdicts share.
package judge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"quorumlab/grader"
	"quorumlab/lab/event"
	"quorumlab/lab/recording"
	"quorumlab/server/host"
	"quorumlab/server/verdict"
)

// Engine replays recordings; *host.Module is one. It must be safe for
// concurrent use.
type Engine interface {
	SHA256() string
	Replay(ctx context.Context, rec *recording.Recording, opts host.Options) (*host.Result, error)
}

// Exercise is one that recordings may be about.
type Exercise struct {
	SHA256 string // hex, of JSON
	JSON   []byte // Spec compiled; what a recording carries as "spec"
	Spec   *grader.Spec
}

// Verdict is the grader's, with what it was derived from.
type Verdict struct {
	grader.Verdict
	ExerciseSHA256 string `json:"exerciseSha256"`
	Lab            string `json:"lab"`    // hex SHA-256 of the lab.wasm that judged
	Ticks          int    `json:"ticks"`  // replayed, of 10 ms
	Events         int    `json:"events"` // seen
	EventsSHA256   string `json:"eventsSha256"`
}

// Limits bound what one caller can cost. Zero means: none.
type Limits struct {
	Ticks       int           // of virtual time, 10 ms each
	Wall        time.Duration // of one replay
	MemoryBytes uint64        // of one world
	Replays     int           // at once; zero is one
	Patience    time.Duration // how long a caller waits for its turn before CodeBusy
}

// Judge judges recordings. Safe for concurrent use.
type Judge struct {
	engine    Engine
	exercises map[string]Exercise
	limits    Limits
	turns     chan struct{}
}

// New makes a judge that knows these exercises and no others.
func New(engine Engine, exercises []Exercise, limits Limits) *Judge {
	j := &Judge{engine: engine, exercises: map[string]Exercise{}, limits: limits}
	for _, e := range exercises {
		j.exercises[e.Spec.ID] = e
	}
	j.turns = make(chan struct{}, max(limits.Replays, 1))
	return j
}

// Judge replays a recording and gives its verdict. An error is a
// *verdict.Error, or ctx's own.
func (j *Judge) Judge(ctx context.Context, rec *recording.Recording) (*Verdict, error) {
	if err := j.check(rec); err != nil {
		return nil, err
	}
	if err := j.take(ctx); err != nil {
		return nil, err
	}
	defer func() { <-j.turns }()
	return j.replay(ctx, rec)
}

func (j *Judge) check(rec *recording.Recording) error {
	if rec.Lab != j.engine.SHA256() {
		return verdict.Refuse(verdict.CodeWrongLab, "lab: the recording was made by lab %.12s…; this is lab %.12s…: another lab gives another history", rec.Lab, j.engine.SHA256())
	}
	if j.limits.Ticks > 0 && rec.Ticks > j.limits.Ticks {
		return verdict.Refuse(verdict.CodeTooLong, "ticks: %d are %s of virtual time; this server replays %s at most: use `quorumlab grade`", rec.Ticks, virtual(rec.Ticks), virtual(j.limits.Ticks))
	}
	if rec.Exercise == nil {
		return verdict.Refuse(verdict.CodeNoExercise, "exercise: this recording is of a world without one, so there is nothing to judge")
	}
	return j.checkExercise(rec)
}

func virtual(ticks int) time.Duration { return time.Duration(ticks) * 10 * time.Millisecond }

// checkExercise holds the recording to an exercise of ours, whole: a recording
// carries the conditions it was judged by, and could carry easier ones.
func (j *Judge) checkExercise(rec *recording.Recording) error {
	known, ok := j.exercises[rec.Exercise.ID]
	if !ok {
		return verdict.Refuse(verdict.CodeUnknownExercise, "exercise.id: there is no exercise %.40q here", rec.Exercise.ID)
	}
	if rec.Exercise.SHA256 != known.SHA256 {
		return verdict.Refuse(verdict.CodeUnknownExercise, "exercise.sha256: the recording is of another version of %q (%.12s…) than this one (%.12s…)", known.Spec.ID, rec.Exercise.SHA256, known.SHA256)
	}
	if err := checkInputs(rec, known); err != nil {
		return err
	}
	if !sameWorld(rec.World, known.Spec.World) {
		return verdict.Refuse(verdict.CodeUnknownExercise, "world: the recording's is not the one that %q is set in", known.Spec.ID)
	}
	return nil
}

func checkInputs(rec *recording.Recording, known Exercise) error {
	loaded := 0
	for i, in := range rec.Inputs {
		var input struct {
			Type   string `json:"type"`
			ID     string `json:"id"`
			SHA256 string `json:"sha256"`
			Spec   any    `json:"spec"`
		}
		if err := json.Unmarshal(in.Data, &input); err != nil {
			return verdict.Refuse(verdict.CodeBadRecording, "inputs[%d]: %v", i, err)
		}
		if input.Type != "exercise" {
			continue
		}
		loaded++
		if in.Tick != 0 || input.ID != known.Spec.ID || input.SHA256 != known.SHA256 || !sameJSON(input.Spec, known.JSON) {
			return verdict.Refuse(verdict.CodeUnknownExercise, "inputs[%d]: this exercise is not %q as it is known here", i, known.Spec.ID)
		}
	}
	if loaded != 1 {
		return verdict.Refuse(verdict.CodeNoExercise, "inputs: expected the exercise among them once, at tick 0, not %d times", loaded)
	}
	return nil
}

func sameJSON(value any, text []byte) bool {
	var other any
	return json.Unmarshal(text, &other) == nil && reflect.DeepEqual(value, other)
}

// sameWorld compares what an exercise sets; a seed is free.
func sameWorld(a, b recording.World) bool {
	return reflect.DeepEqual(withDefaults(a), withDefaults(b))
}

func withDefaults(w recording.World) recording.World {
	w.Seed = 0
	w.Members = w.Size()
	if len(w.Machines) == 0 {
		w.Machines = nil
	}
	if w.Epoch == "" {
		w.Epoch = recording.DefaultEpoch
	}
	if w.Shell == "" {
		w.Shell = recording.Workstation
	}
	return w
}

// retryAfter is what a caller is told to wait when all turns are taken.
const retryAfter = 5 * time.Second

// take waits for a turn, for as long as the limits' patience.
func (j *Judge) take(ctx context.Context) error {
	select {
	case j.turns <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(j.limits.Patience)
	defer timer.Stop()
	select {
	case j.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return &verdict.Error{
			Code:       verdict.CodeBusy,
			Message:    fmt.Sprintf("%d replays are running, which is all this server does at once; try again in a few seconds", cap(j.turns)),
			RetryAfter: retryAfter,
		}
	}
}

func (j *Judge) replay(ctx context.Context, rec *recording.Recording) (*Verdict, error) {
	known := j.exercises[rec.Exercise.ID]
	follower := Follow(known.Spec)
	if revealed(rec) {
		follower.Report.Reveal()
	}
	options := host.Options{MemoryLimitBytes: j.limits.MemoryBytes, OnEvent: follower.See}
	if j.limits.Wall > 0 {
		options.Deadline = time.Now().Add(j.limits.Wall)
	}
	result, err := j.engine.Replay(ctx, rec, options)
	if err != nil {
		return nil, j.explain(err)
	}
	if !follower.Loaded {
		return nil, verdict.Refuse(verdict.CodeNoExercise, "inputs: the lab did not take the exercise")
	}
	follower.Report.End(int64(result.Ticks) * recording.TickMicros)
	return &Verdict{follower.Report.Verdict(), known.SHA256, result.Lab, result.Ticks, result.Events, result.Hash}, nil
}

func revealed(rec *recording.Recording) bool {
	for _, in := range rec.Inputs {
		var input struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(in.Data, &input) == nil && input.Type == "reveal" {
			return true
		}
	}
	return false
}

func (j *Judge) explain(err error) error {
	var crash *host.Crash
	var refused *host.Refused
	switch {
	case errors.Is(err, host.ErrDeadline):
		return &verdict.Error{Code: verdict.CodeTimeLimit, Message: fmt.Sprintf("the replay took more than %s; a less busy server may manage it, and `quorumlab grade` has no limit", j.limits.Wall)}
	case errors.As(err, &crash):
		return verdict.Refuse(verdict.CodeCrash, "the lab crashes when this recording is replayed: %s", crash.Text)
	case errors.As(err, &refused):
		return verdict.Refuse(verdict.CodeBadRecording, "the lab refuses this recording: %s", refused.Text)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return verdict.Refuse(verdict.CodeBadRecording, "%v", err)
}

// Follower makes a grader's report of the lines of a run's events.
type Follower struct {
	Report *grader.Report
	Loaded bool // the lab has taken the exercise
	Done   bool // the grader has given its verdict
}

// Follow begins a report on an attempt at an exercise.
func Follow(spec *grader.Spec) *Follower { return &Follower{Report: grader.NewReport(spec)} }

// See takes the next event's line. Lines that are not a grader's are not
// decoded: that would cost more than running the world.
func (f *Follower) See(line []byte) {
	if !Is(line, kinds) {
		return
	}
	e, err := event.Decode(line)
	if err != nil {
		return
	}
	f.Loaded = f.Loaded || e.Type == event.Exercise
	f.Done = f.Done || e.Type == event.Verdict
	f.Report.Observe(&e)
}

var kinds = Types(event.Ready, event.Command, event.Echo, event.Exercise, event.StepState, event.Violation, event.Verdict)

// Types are types of events in the form that Is looks for.
func Types(types ...event.Type) [][]byte {
	var all [][]byte
	for _, t := range types {
		all = append(all, []byte(`"type":"`+string(t)+`"`))
	}
	return all
}

// typeWithin is how far into a line its type stands: after the time.
const typeWithin = 64

// Is says, without decoding it, whether a line is an event of one of these
// types. It may be wrong in saying yes, for an event that quotes another.
func Is(line []byte, types [][]byte) bool {
	head := line[:min(len(line), typeWithin)]
	for _, t := range types {
		if bytes.Contains(head, t) {
			return true
		}
	}
	return false
}
