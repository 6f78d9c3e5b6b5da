package scenario

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const testdata = "../testdata/etcd/"

func recordings(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(testdata + "*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings in %s: %v", testdata, err)
	}
	return files
}

// What is read and written again is the file, byte for byte: so a recording
// made here has the form of those made there.
func TestRecordingsAreWrittenAsTheyWereRead(t *testing.T) {
	for _, file := range recordings(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
			value, err := Decode(line)
			if err != nil {
				t.Fatalf("%s:%d: %v", file, i+1, err)
			}
			if got := Encode(value); got != string(line) {
				t.Errorf("%s:%d:\n got %.300s\nwant %.300s", file, i+1, got, line)
			}
		}
	}
}

// The recordings name, in each record, the rules that change something in it.
// That ours change something in the same records is what holds them to the
// reference.
func TestRulesChangeWhatTheRecordingsSay(t *testing.T) {
	rules, err := LoadRules(ClassRun)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range recordings(t) {
		s, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		var captured Captured
		for i := range s.Steps {
			step := &s.Steps[i]
			captured.note(step)
			if !step.Prints() {
				continue
			}
			var want struct{ Volatile []string }
			if err := step.Record.Into(&want); err != nil {
				t.Fatal(err)
			}
			if _, got := rules.Normal(step.Cmd, step.Env, step.Output(), &captured); !slices.Equal(got, want.Volatile) {
				t.Errorf("%s:%d: %s: rules %q changed something, not %q", file, step.Line, step.Cmd, got, want.Volatile)
			}
		}
	}
}

func TestTheRulesAreThoseOfTheRecordings(t *testing.T) {
	theirs, err := os.ReadFile(testdata + "normalize.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(theirs, normalizeJSON) {
		t.Error("lab/scenario/normalize.json is not a copy of lab/testdata/etcd/normalize.json")
	}
}

// What may differ between two runs of one command, and what may not.
func TestNormal(t *testing.T) {
	const warned = `{"level":"warn","ts":"2026-11-23T16:30:41.508166Z","msg":"retrying of unary invoker failed","attempt":0}` + "\n"
	many := map[string]string{"ETCDCTL_ENDPOINTS": "a:1,b:1"}
	for _, c := range []struct {
		why, cmd, a, b string
		env            map[string]string
		stderr         bool
		differ         bool
	}{
		{why: "time stamps", cmd: "etcdctl get a", a: warned, b: strings.Replace(warned, "16:30", "17:31", 1), stderr: true},
		{why: "how often a call was tried again", cmd: "etcdctl get a", a: warned + warned, b: warned, stderr: true},
		{why: "lines in another order", cmd: "etcdctl get a --prefix", a: "a\nb\n", b: "b\na\n", differ: true},
		{why: "the order in which endpoints answer", cmd: "etcdctl endpoint health", a: "a is healthy\nb is healthy\n", b: "b is healthy\na is healthy\n"},
		{why: "the error stays last", cmd: "etcdctl endpoint health", a: "b\na\nError: c\n", b: "Error: c\na\nb\n", stderr: true},
		{why: "the widths of columns", cmd: "etcdctl member list -w table", a: "+--+\n| a |\n", b: "+-----+\n|  a  |\n"},
		{why: "the order of JSON's elements", cmd: "etcdctl member list -w json", a: `{"m":[{"a":1,"b":2},{"a":0}]}`, b: `{"m":[{"a":0},{"a":1,"b":2}]}`},
		{why: "the order of JSON's fields", cmd: "etcdctl member list -w json", a: `{"a":1,"b":2}`, b: `{"b":2,"a":1}`, differ: true},
		{why: "numbers too long for a float", cmd: "etcdctl member list -w json", a: `{"a":9007199254740993}`, b: `{"a":9007199254740992}`, differ: true},
		{why: "the order of blocks", cmd: "etcdctl member list -w fields", a: "\"ID\" : 1\n\n\"ID\" : 2\n", b: "\"ID\" : 2\n\n\"ID\" : 1\n"},
		{why: "the order of attached keys", cmd: "etcdctl lease timetolive 1 --keys", a: "attached keys([b a])", b: "attached keys([a b])"},
		{why: "the order of initial members", cmd: "etcdctl member add x", a: `ETCD_INITIAL_CLUSTER="a=1,b=2"`, b: `ETCD_INITIAL_CLUSTER="b=2,a=1"`},
		{why: "which of several endpoints was asked", cmd: "etcdctl get a", env: many, a: "Peer{Addr: 'a:1'", b: "Peer{Addr: 'b:1'", stderr: true},
		{why: "which endpoint was asked if there is one", cmd: "etcdctl get a --endpoints=a:1", env: many, a: "Peer{Addr: 'a:1'", b: "Peer{Addr: 'b:1'", stderr: true, differ: true},
	} {
		rules, err := LoadRules(ClassRun)
		if err != nil {
			t.Fatal(err)
		}
		normal := func(text string) Output {
			o := Output{Stdout: text}
			if c.stderr {
				o = Output{Stderr: text}
			}
			n, _ := rules.Normal(c.cmd, c.env, o, &Captured{})
			return n
		}
		if a, b := normal(c.a), normal(c.b); (a != b) != c.differ {
			t.Errorf("%s: they differ: %v, want %v\n%+v\n%+v", c.why, a != b, c.differ, a, b)
		}
	}
}

func TestCapturedValuesAreTheirNames(t *testing.T) {
	var c Captured
	c.Set("ID", "b71f75320dc06a6c")
	c.Set("N", "12345678901234567890")
	c.Set("SHORT", "7")
	const text = "b71f75320dc06a6c 13195394291058371180 ab54a98ceb1f0ad2 7"
	if got := c.hide(text); got != "{{ID}} {{ID}} {{N}} 7" {
		t.Errorf("got %q", got)
	}
	if got := c.Fill("{{ID}} {{SHORT}} {{OTHER}}"); got != "b71f75320dc06a6c 7 {{OTHER}}" {
		t.Errorf("got %q", got)
	}
}

const head = `{"scenario": "s", "cluster": {"members": 1, "names": ["m1"], "addresses": {"m1": {"client": "http://127.0.0.1:2379", "peer": "http://127.0.0.1:2380"}}}}` + "\n"

// A mistake is told with its file, its line, and what was expected.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "f.jsonl: it is empty"},
		{"{", "f.jsonl:1: not JSON"},
		{"[]", "f.jsonl:1: expected an object, not []"},
		{`{"cmd": "x"}`, `f.jsonl:1: expected the header, an object with "scenario", "cluster" and "env"`},
		{`{"cluster": {"members": 2}}`, "f.jsonl:1: header: cluster.members is 2, but cluster.names has 0"},
		{`{"cluster": {"members": 1, "names": ["m1"]}}`, "f.jsonl:1: header: cluster.addresses has none of m1"},
		{head + "{}", `f.jsonl:2: expected a step with "cmd", "bg", "fault"`},
		{head + "{} {}", "f.jsonl:2: not JSON: more text after the end"},
		{head + `{"cmd": "x"}`, "f.jsonl:2: stdout: expected what the command printed"},
		{head + `{"cmd": 1, "stdout": ""}`, "f.jsonl:2: "},
		{head + `{"bg": "x", "cmd": "x"}`, `f.jsonl:2: bg: expected "start" or "end", not "x"`},
		{head + `{"bg": "start", "cmd": "x"}`, "f.jsonl:2: bg: expected an id"},
		{head + "\n" + `{"fault": "fire"}`, `f.jsonl:3: fault: "fire" is not known; expected one of kill, stop,`},
		{head + `{"do": "dance"}`, `f.jsonl:2: do: "dance" is not known; expected one of sleep,`},
		{head + `{"cmd": "x", "stdout": "", "capture": []}`, "f.jsonl:2: capture: expected"},
	} {
		if _, err := Parse(strings.NewReader(c.text), "f.jsonl"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestCompare(t *testing.T) {
	parse := func(steps string) *Scenario {
		t.Helper()
		s, err := Parse(strings.NewReader(head+steps), "f.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	want := parse(`{"cmd": "lease", "stdout": "id 12345678\n", "stderr": "", "exit": 0, "capture": {"ID": {"regex": "id (.*)", "value": "12345678"}}}
{"fault": "heal"}
{"cmd": "use {{ID}}", "stdout": "12345678 is used\n", "exit": 0}
{"cmd": "date", "stdout": "now", "exit": 0, "unstable": "time"}
{"cmd": "false", "stdout": "", "exit": 1}`)
	got := parse(`{"cmd": "lease", "stdout": "id 87654321\n", "exit": 0, "capture": {"ID": {"regex": "id (.*)", "value": "87654321"}}}
{"fault": "heal"}
{"cmd": "use {{ID}}", "stdout": "87654321 is used\n", "exit": 0}
{"cmd": "date", "stdout": "then", "exit": 0, "unstable": "time"}
{"cmd": "false", "stdout": "x\n", "exit": 0}`)
	rules, err := LoadRules(ClassRun)
	if err != nil {
		t.Fatal(err)
	}
	c, err := rules.Compare(want, got)
	if err != nil {
		t.Fatal(err)
	}
	if c.Matched != 2 || c.Total != 3 || c.Unstable != 1 || len(c.Differences) != 1 {
		t.Fatalf("%+v", c)
	}
	d := c.Differences[0]
	if d.Line != 6 || d.Cmd != "false" || !slices.Equal(d.Fields, []FieldDifference{{"stdout", "", "x\n"}, {"exit", "1", "0"}}) {
		t.Errorf("%+v", d)
	}
	got.Steps = got.Steps[1:]
	if _, err := rules.Compare(want, got); err == nil {
		t.Error("a recording that lacks a step was compared")
	}
}
