package judge

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"quorumlab/grader"
	"quorumlab/lab/recording"
	"quorumlab/server/host"
	"quorumlab/server/verdict"
)

var lab = strings.Repeat("ab", 32)

// engine is a lab whose history is given.
type engine struct {
	lines []string
	err   error
	wait  chan struct{} // a replay begins by a send and ends by a second one
}

func (e engine) SHA256() string { return lab }

func (e engine) Replay(_ context.Context, rec *recording.Recording, opts host.Options) (*host.Result, error) {
	if e.wait != nil {
		e.wait <- struct{}{}
		e.wait <- struct{}{}
	}
	for _, line := range e.lines {
		opts.OnEvent([]byte(line))
	}
	return &host.Result{Lab: lab, Ticks: rec.Ticks, Events: len(e.lines), Hash: "h"}, e.err
}

const spec = `{"id":"kill","title":"Kill <it>","world":{"members":3},"steps":[` +
	`{"id":"down","title":"Down","until":"True","points":1},{"id":"write","title":"Write","until":"True","points":2}]}`

var known = Exercise{SHA256: strings.Repeat("cd", 32), JSON: []byte(spec), Spec: parse(spec)}

func parse(text string) *grader.Spec {
	parsed, err := grader.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return parsed
}

func record(t *testing.T, change func(*recording.Recording)) *recording.Recording {
	t.Helper()
	rec := &recording.Recording{
		Format: 1, Lab: lab, World: recording.World{Members: 3, Epoch: recording.DefaultEpoch}, Seed: 7, Ticks: 100,
		Exercise: &recording.Exercise{ID: "kill", SHA256: known.SHA256},
		Inputs: []recording.Input{{Tick: 0, Data: json.RawMessage(
			`{"type":"exercise","id":"kill","sha256":"` + known.SHA256 + `","spec":` + strings.Replace(spec, "<it>", `\u003cit\u003e`, 1) + `}`)}},
	}
	if change != nil {
		change(rec)
	}
	return rec
}

var history = []string{
	`{"t":0,"type":"world"}`,
	`{"t":0,"type":"exercise","id":0,"title":"Kill it","steps":[{"id":"down","title":"Down","points":1},{"id":"write","title":"Write","points":2}]}`,
	`{"t":10,"type":"step","step":"down","state":"active"}`,
	`{"t":9000,"type":"output","text":"\"type\":\"verdict\""}`,
	`{"t":5000000,"type":"step","step":"down","state":"passed","at":4990000,"expected":"not up(m1)","seen":"m1 is down"}`,
	`{"t":5000000,"type":"violation","text":"Too many","seen":"two down"}`,
}

func TestVerdictOfAnUnfinishedRun(t *testing.T) {
	v, err := New(engine{lines: history}, []Exercise{known}, Limits{}).Judge(context.Background(), record(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if v.Passed || v.Points != 1 || v.Of != 3 || v.StopsAt() != "write" || v.Steps[0].AtMicros != 4990000 || v.Steps[0].Seen != "m1 is down" {
		t.Errorf("got %+v", v)
	}
	if len(v.Violations) != 1 || v.Violations[0].AtMicros != 5000000 || v.Title != "Kill <it>" || v.Ticks != 100 || v.EventsSHA256 != "h" {
		t.Errorf("got %+v", v)
	}
}

func TestVerdictOfTheGrader(t *testing.T) {
	lines := append(history[:5:5],
		`{"t":6000000,"type":"step","step":"write","state":"passed","at":6000000}`,
		`{"t":6000000,"type":"verdict","passed":true,"points":3,"of":3,"seconds":6,"commands":2,"unavailableMs":1200}`)
	v, err := New(engine{lines: lines}, []Exercise{known}, Limits{}).Judge(context.Background(), record(t, nil))
	if err != nil || !v.Passed || v.Points != 3 || v.SecondsTaken != 6 || v.UnavailableMs != 1200 || v.StopsAt() != "" {
		t.Errorf("got %+v, %v", v, err)
	}
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		name          string
		change        func(*recording.Recording)
		engine        engine
		code, message string
		definite      bool
	}{
		{"another lab", func(r *recording.Recording) { r.Lab = strings.Repeat("00", 32) }, engine{}, "wrong-lab", "another lab", true},
		{"too long", func(r *recording.Recording) { r.Ticks = 1001 }, engine{}, "too-long", "10.01s of virtual time; this server replays 10s", true},
		{"no exercise", func(r *recording.Recording) { r.Exercise = nil }, engine{}, "no-exercise", "nothing to judge", true},
		{"unknown", func(r *recording.Recording) { r.Exercise.ID = "other" }, engine{}, "unknown-exercise", `no exercise "other"`, true},
		{"changed", func(r *recording.Recording) { r.Exercise.SHA256 = lab }, engine{}, "unknown-exercise", "another version", true},
		{"not loaded", func(r *recording.Recording) { r.Inputs = nil }, engine{}, "no-exercise", "once, at tick 0, not 0 times", true},
		{"loaded twice", func(r *recording.Recording) { r.Inputs = append(r.Inputs, r.Inputs[0]) }, engine{}, "no-exercise", "not 2 times", true},
		{"easier conditions", func(r *recording.Recording) {
			r.Inputs[0].Data = json.RawMessage(strings.Replace(string(r.Inputs[0].Data), `"points":1`, `"points":9`, 1))
		}, engine{}, "unknown-exercise", "inputs[0]: this exercise is not", true},
		{"another world", func(r *recording.Recording) { r.World.Members = 1 }, engine{}, "unknown-exercise", "world:", true},
		{"crash", nil, engine{err: &host.Crash{Text: "panic: x\n\nstack"}}, "crash", "panic: x", true},
		{"deadline", nil, engine{err: host.ErrDeadline}, "time-limit", "more than 1m0s", false},
		{"no exercise event", nil, engine{}, "no-exercise", "did not take", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := New(test.engine, []Exercise{known}, Limits{Ticks: 1000, Wall: time.Minute})
			_, err := j.Judge(context.Background(), record(t, test.change))
			var refused *verdict.Error
			if !errors.As(err, &refused) || refused.Code != test.code || refused.Definite != test.definite || !strings.Contains(refused.Message, test.message) {
				t.Errorf("got %#v", err)
			}
		})
	}
}

func TestTurnsAreLimited(t *testing.T) {
	wait := make(chan struct{})
	j := New(engine{lines: history, wait: wait}, []Exercise{known}, Limits{Replays: 1, Patience: time.Millisecond})
	done := make(chan error)
	go func() {
		_, err := j.Judge(context.Background(), record(t, nil))
		done <- err
	}()
	<-wait // the first replay has begun
	_, err := j.Judge(context.Background(), record(t, nil))
	var busy *verdict.Error
	if !errors.As(err, &busy) || busy.Code != verdict.CodeBusy || busy.RetryAfter == 0 || busy.Definite {
		t.Errorf("got %#v", err)
	}
	<-wait
	if err := <-done; err != nil {
		t.Errorf("the first replay: %v", err)
	}
}

func TestRevealedSolutionEarnsNothing(t *testing.T) {
	rec := record(t, func(r *recording.Recording) {
		r.Inputs = append(r.Inputs, recording.Input{Tick: 3, Data: json.RawMessage(`{"type":"reveal"}`)})
	})
	v, err := New(engine{lines: history}, []Exercise{known}, Limits{}).Judge(context.Background(), rec)
	if err != nil || v.Points != 0 || !v.Revealed {
		t.Errorf("got %+v, %v", v, err)
	}
}
