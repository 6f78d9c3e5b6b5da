package exercises

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"quorumlab/grader"
	"quorumlab/lab/condition"
	"quorumlab/lab/recording"
)

// yamlReader reads exercise.yaml field by field, so that every mistake has a
// line and says what was expected.
type yamlReader struct {
	*reader
	file  string
	lines []string
}

var yamlErrorLine = regexp.MustCompile(`^yaml: line (\d+): `)

func (r *reader) readYAML(text []byte) {
	y := &yamlReader{reader: r, file: r.file("exercise.yaml"), lines: strings.Split(string(text), "\n")}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		where, message := y.file, err.Error()
		if m := yamlErrorLine.FindStringSubmatch(message); m != nil {
			where, message = where+":"+m[1], strings.TrimPrefix(message, m[0])
		}
		r.mistake(where, "%s", message)
		return
	}
	if len(doc.Content) == 0 {
		r.mistake(y.file+":1", "expected title, lesson, minutes, cluster and steps, but the file is empty")
		return
	}
	y.exercise(doc.Content[0])
}

func (y *yamlReader) mistake(n *yaml.Node, format string, args ...any) {
	y.reader.mistake(fmt.Sprintf("%s:%d:%d", y.file, n.Line, n.Column), format, args...)
}

// field says how a field is read.
type field struct {
	name     string
	required bool
	read     func(*yaml.Node)
}

// fields reads a mapping: each field once, no unknown ones, all required ones.
func (y *yamlReader) fields(n *yaml.Node, what string, fields []field) {
	if n.Kind != yaml.MappingNode {
		y.mistake(n, "%s: expected fields, such as %s:", what, fields[0].name)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(fields, func(f field) bool { return f.name == key.Value })
		switch {
		case at < 0:
			y.mistake(key, "%s has no field %q; it has %s", what, key.Value, fieldNames(fields))
		case seen[key.Value]:
			y.mistake(key, "%s: %s is given twice", what, key.Value)
		default:
			fields[at].read(value)
		}
		seen[key.Value] = true
	}
	for _, f := range fields {
		if f.required && !seen[f.name] {
			y.mistake(n, "%s: expected a field %s", what, f.name)
		}
	}
}

func fieldNames(fields []field) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

func (y *yamlReader) text(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
			y.mistake(n, "expected a text")
			return
		}
		*into = strings.TrimRight(n.Value, "\n")
	}
}

func (y *yamlReader) number(into *int, least int) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || v < least {
			y.mistake(n, "expected a whole number from %d, not %q", least, n.Value)
			return
		}
		*into = v
	}
}

// micros reads a time such as 5s, 1m30s or 200ms.
func (y *yamlReader) micros(into *int64) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d, err := time.ParseDuration(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || d <= 0 {
			y.mistake(n, "expected a time such as 5s or 200ms, not %q", n.Value)
			return
		}
		*into = d.Microseconds()
	}
}

func (y *yamlReader) boolean(into *bool) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Tag != "!!bool" {
			y.mistake(n, "expected true or false, not %q", n.Value)
			return
		}
		*into = n.Value == "true"
	}
}

// texts reads one text or a list of them.
func (y *yamlReader) texts(into *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		items := []*yaml.Node{n}
		if n.Kind == yaml.SequenceNode {
			items = n.Content
		}
		for _, item := range items {
			var s string
			y.text(&s)(item)
			if s != "" {
				*into = append(*into, s)
			}
		}
	}
}

func (y *yamlReader) list(what string, read func(*yaml.Node)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
			y.mistake(n, "%s: expected a list, each item beginning with -", what)
			return
		}
		for _, item := range n.Content {
			read(item)
		}
	}
}

func (y *yamlReader) exercise(n *yaml.Node) {
	e := y.reader.exercise
	y.fields(n, "an exercise", []field{
		{"title", true, y.text(&e.Title)},
		{"lesson", true, y.id(&e.Lesson)},
		{"minutes", true, y.number(&e.Minutes, 1)},
		{"level", true, y.level},
		{"kind", false, y.kind},
		{"may_lose", false, y.boolean(&e.MayLose)},
		{"vary", false, y.vary},
		{"cluster", true, y.cluster},
		{"start", false, y.text(&e.Spec.Start)},
		{"steps", true, y.list("steps", y.step)},
		{"any_order", false, y.boolean(&e.Spec.AnyOrder)},
		{"never", false, y.list("never", y.never)},
		{"par", false, y.par},
		{"explain", false, y.text(&e.Explain)},
	})
	y.checkMembers()
}

func (y *yamlReader) level(n *yaml.Node) {
	level, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || level < 1 || level > 4 {
		y.mistake(n, "level: expected 1 (a first step) to 4 (an incident), not %q", n.Value)
		return
	}
	y.reader.exercise.Level = level
}

func (y *yamlReader) kind(n *yaml.Node) {
	if n.Value != Runbook {
		y.mistake(n, "kind: expected %s, or no kind at all, not %q", Runbook, n.Value)
		return
	}
	y.reader.exercise.Kind = Runbook
}

func (y *yamlReader) id(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || !grader.ValidID(n.Value) {
			y.mistake(n, "expected lower-case words joined by hyphens, not %q", n.Value)
			return
		}
		*into = n.Value
	}
}

func (y *yamlReader) cluster(n *yaml.Node) {
	w := &y.reader.exercise.World
	var snapshotCount int
	y.fields(n, "cluster", []field{
		{"members", true, y.number(&w.Members, 1)},
		{"machines", false, y.number(&y.reader.machines, 1)},
		{"token", false, y.text(&w.Token)},
		{"epoch", false, y.text(&w.Epoch)},
		{"shell", false, y.text(&w.Shell)},
		{"latency", false, y.micros(&w.LatencyMicros)},
		{"fsync", false, y.micros(&w.FsyncMicros)},
		{"snapshot_count", false, y.number(&snapshotCount, 1)},
		{"data", false, y.text(&w.Data)},
		{"tls", false, y.tls},
	})
	w.SnapshotCount = uint64(snapshotCount)
	checked := *w
	if err := checked.Check(); err != nil {
		y.mistake(n, "%v", err)
	}
}

// tls reads true, or which certificates members show at first.
func (y *yamlReader) tls(n *yaml.Node) {
	w := &y.reader.exercise.World
	if n.Kind == yaml.ScalarNode {
		var on bool
		if y.boolean(&on)(n); on {
			w.TLS = &recording.TLS{}
		}
		return
	}
	w.TLS = &recording.TLS{}
	y.fields(n, "tls", []field{{"server", false, y.text(&w.TLS.Server)}, {"peer", false, y.text(&w.TLS.Peer)}})
}

func (y *yamlReader) step(n *yaml.Node) {
	spec := &y.reader.exercise.Spec
	step := grader.Step{Points: 1}
	y.fields(n, "a step", []field{
		{"id", true, y.id(&step.ID)},
		{"title", true, y.text(&step.Title)},
		{"until", true, y.condition(&step.Until, true)},
		{"hold", false, y.micros(&step.HoldMicros)},
		{"within", false, y.micros(&step.WithinMicros)},
		{"points", false, y.number(&step.Points, 0)},
		{"hint", false, y.texts(&step.Hints)},
		{"hints", false, y.texts(&step.Hints)},
		{"explain", false, y.text(&step.Explain)},
		{"credit", false, y.list("credit", func(n *yaml.Node) { step.Credit = append(step.Credit, y.credit(n)) })},
	})
	if step.ID != "" && spec.StepIndex(step.ID) >= 0 {
		y.mistake(n, "a step before has the id %s", step.ID)
	}
	spec.Steps = append(spec.Steps, step)
}

func (y *yamlReader) credit(n *yaml.Node) (c grader.Credit) {
	y.fields(n, "credit", []field{
		{"when", true, y.condition(&c.When, true)},
		{"points", true, y.number(&c.Points, 1)},
	})
	return c
}

func (y *yamlReader) never(n *yaml.Node) {
	var never grader.Never
	y.fields(n, "never", []field{
		{"when", true, y.condition(&never.When, false)},
		{"say", true, y.text(&never.Say)},
		{"costs", false, y.number(&never.Costs, 1)},
		{"fatal", false, y.boolean(&never.Fatal)},
	})
	y.reader.exercise.Spec.Never = append(y.reader.exercise.Spec.Never, never)
}

func (y *yamlReader) par(n *yaml.Node) {
	var unavailable int64
	par := &y.reader.exercise.Spec.Par
	y.fields(n, "par", []field{
		{"commands", false, y.number(&par.Commands, 1)},
		{"unavailable", false, y.micros(&unavailable)},
	})
	par.UnavailableMs = unavailable / 1000
}

// condition compiles a condition; the texts in it that name something have to
// stand in the task if the learner is to meet it.
func (y *yamlReader) condition(into *string, named bool) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode {
			y.mistake(n, "expected a condition, such as: leader and leader != first.leader")
			return
		}
		c, err := condition.Compile(n.Value, y.position(n))
		if err != nil {
			y.mistakes = append(y.mistakes, err)
			return
		}
		*into = c.Source()
		y.noteMembers(c)
		for _, text := range c.Texts() {
			if named {
				y.reader.texts = append(y.reader.texts, namedText{fmt.Sprintf("%s:%d:%d", y.file, n.Line, n.Column), text})
			}
		}
	}
}

// position is where a scalar's text begins in the file.
func (y *yamlReader) position(n *yaml.Node) condition.Position {
	at := condition.Position{File: y.file, Line: n.Line, Col: n.Column, Indent: n.Column - 1}
	switch n.Style {
	case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
		at.Col++
	case yaml.LiteralStyle, yaml.FoldedStyle:
		at.Line++
		at.Indent = y.indentOf(at.Line)
		at.Col = at.Indent + 1
	}
	return at
}

func (y *yamlReader) indentOf(line int) int {
	if line > len(y.lines) {
		return 0
	}
	text := y.lines[line-1]
	return len(text) - len(strings.TrimLeft(text, " "))
}

// noteMembers remembers the members that a condition names, until their
// number is known.
func (y *yamlReader) noteMembers(c *condition.Condition) {
	for _, name := range c.Members() {
		y.reader.named = append(y.reader.named, namedText{fmt.Sprintf("%s:%d:%d", y.file, c.At().Line, c.At().Col), name})
	}
}

func (y *yamlReader) checkMembers() {
	members := y.reader.exercise.World.Members
	machines := max(members, y.reader.machines)
	for _, m := range y.reader.named {
		if members > 0 && int(m.text[1]-'0') > machines {
			y.reader.mistake(m.where, "there is no %s in a cluster of %d members (cluster.machines says how many there may be in the end)", m.text, members)
		}
	}
}
