package grader

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"quorumlab/lab/event"
)

var update = flag.Bool("update", false, "write what the transcripts say now")

// TestTranscripts plays each testdata/*.txt: a spec in JSON, a line of ---,
// lines of "SECONDS what happens", another line of ---, and what the grader
// said. Run with -update after a change and read the diff.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { playFile(t, file) })
	}
}

func playFile(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(string(text), "---\n", 3)
	spec, err := Parse([]byte(parts[0]))
	if err != nil {
		t.Fatal(err)
	}
	p := &play{spec: spec, report: NewReport(spec)}
	p.run(t, parts[1])
	got := p.out.String()
	if *update {
		if err := os.WriteFile(file, []byte(parts[0]+"---\n"+parts[1]+"---\n"+got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if len(parts) < 3 || got != parts[2] {
		t.Errorf("the grader said:\n%s", got)
	}
	p.checkReport(t)
}

// play is one attempt that a transcript tells.
type play struct {
	spec   *Spec
	grader *Grader
	report *Report
	out    strings.Builder
	now    int64
	rev    int64
	id     uint64
}

func (p *play) run(t *testing.T, script string) {
	var err error
	if p.grader, err = New(p.spec, Options{Emit: p.say}); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(script) {
		at, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		seconds, err := strconv.ParseFloat(at, 64)
		if err != nil {
			t.Fatalf("%q: expected SECONDS and what happens", line)
		}
		p.tickTo(int64(seconds * 1e6))
		p.happen(t, strings.Fields(what))
		p.grader.Tick(p.now)
	}
	p.report.End(p.now)
	v := p.grader.Verdict()
	fmt.Fprintf(&p.out, "= passed %v, complete %v, %d of %d points, stops at %q, %d commands, %d ms unavailable\n",
		v.Passed, v.Complete, v.Points, v.Of, v.StopsAt(), v.Commands, v.UnavailableMs)
}

func (p *play) tickTo(now int64) {
	for p.now+10_000 <= now {
		p.now += 10_000
		p.grader.Tick(p.now)
	}
}

func (p *play) say(e event.Event) {
	p.report.Observe(&e)
	fmt.Fprintf(&p.out, "%g %s %s", float64(e.T)/1e6, e.Type, e.What+e.Step)
	for _, word := range []struct{ name, text string }{{"", e.State}, {"", e.Text}, {"expected ", e.Expected}, {"seen ", e.Seen}} {
		if word.text != "" {
			fmt.Fprintf(&p.out, " | %s%s", word.name, word.text)
		}
	}
	p.out.WriteByte('\n')
}

func (p *play) observe(events ...event.Event) {
	for _, e := range events {
		e.T = p.now
		p.grader.Observe(&e)
		p.report.Observe(&e)
	}
}

// happen plays one line of a transcript.
func (p *play) happen(t *testing.T, words []string) {
	switch words[0] {
	case "world":
		p.world(words[1:])
	case "ready":
		p.observe(event.Event{Type: event.Ready})
	case "down":
		p.observe(event.Event{Type: event.Member, Member: words[1], State: "down", Why: words[2]})
	case "up":
		p.observe(event.Event{Type: event.Member, Member: words[1], State: "up", Why: "started"},
			event.Event{Type: event.Role, Member: words[1], Role: "follower"})
	case "lead":
		term, _ := strconv.ParseUint(words[2], 10, 64)
		p.observe(event.Event{Type: event.Role, Member: words[1], Role: "leader", Term: term})
	case "put":
		p.put(words[1], words[2])
	case "command":
		p.observe(event.Event{Type: event.Command, Session: 1, N: 1, Text: words[1]}, event.Event{Type: event.Exit, Session: 1, N: 1})
	case "reveal":
		p.grader.Reveal()
		p.report.Reveal()
	case "wait":
	default:
		t.Fatalf("%q is nothing a transcript can tell", words)
	}
}

func (p *play) world(names []string) {
	p.observe(event.Event{Type: event.World, Members: names})
	for _, name := range names {
		p.observe(event.Event{Type: event.Member, Member: name, State: "up", Why: "started"})
	}
	p.observe(event.Event{Type: event.Role, Member: names[0], Role: "leader", Term: 2})
}

func (p *play) put(key, value string) {
	p.id++
	p.rev++
	p.observe(
		event.Event{Type: event.Request, ID: p.id, Method: "Put", Key: key, Value: value},
		event.Event{Type: event.KV, Rev: p.rev, Ops: []event.Op{{Op: "put", Key: key, Value: value}}},
		event.Event{Type: event.Reply, ID: p.id, OK: true, Rev: p.rev})
}

// checkReport holds a report made from the grader's events alone to the
// grader's own verdict.
func (p *play) checkReport(t *testing.T) {
	t.Helper()
	want, got := p.grader.Verdict(), p.report.Verdict()
	if !want.Complete { // the report is as fresh as the last step's event
		want.UnavailableMs = got.UnavailableMs
		for i := range want.Steps {
			want.Steps[i].AtMicros, got.Steps[i].AtMicros = 0, 0
		}
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("the report differs from the verdict:\n got %+v\nwant %+v", got, want)
	}
}

func TestParseMistakes(t *testing.T) {
	for text, want := range map[string]string{
		`{`:                      "not an exercise: unexpected EOF",
		`{"nmae":1}`:             `not an exercise: json: unknown field "nmae"`,
		`{"id":"A b"}`:           `id: expected lower-case words joined by hyphens, not "A b"`,
		`{"id":"a"}`:             "title: expected the exercise's name",
		`{"id":"a","title":"A"}`: "steps: expected at least one",
		`{"id":"a","title":"A","world":{"members":12},"steps":[{}]}`:                           "world.members: 12 is not between 1 and 9",
		`{"id":"a","title":"A","steps":[{"id":"s"}]}`:                                          "steps[0].title: expected what the learner reads",
		`{"id":"a","title":"A","steps":[{"id":"s","title":"S"},{"id":"s","title":"S"}]}`:       "steps[1].id: s is taken by a step before",
		`{"id":"a","title":"A","steps":[{"id":"s","title":"S","holdMicros":-1}]}`:              "steps[0].hold and within: expected no time below zero",
		`{"id":"a","title":"A","steps":[{"id":"s","title":"S","until":"leader","points":-1}]}`: "steps[0].points: expected 0 or more, not -1",
	} {
		if _, err := Parse([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s\n got: %v\nwant: %s", text, err, want)
		}
	}
}

func TestConditionMistake(t *testing.T) {
	spec := &Spec{ID: "a", Title: "A", Steps: []Step{{ID: "s", Title: "S", Until: "leeder"}}}
	_, err := New(spec, Options{})
	if want := "a: step s: column 1: leeder is not known here; did you mean leader?"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestIdleTicksAreCheap: an idle world evaluates nothing.
func TestIdleTicksAreCheap(t *testing.T) {
	spec := &Spec{ID: "a", Title: "A", Steps: []Step{{ID: "s", Title: "S", Until: "leader != first.leader", Points: 1}}}
	p := &play{spec: spec, report: NewReport(spec)}
	p.run(t, "0 world m1 m2 m3\n1 ready\n3 wait")
	if n := testing.AllocsPerRun(100, func() { p.now += 10_000; p.grader.Tick(p.now) }); n > 1 {
		t.Errorf("an idle tick makes %v allocations", n)
	}
}
