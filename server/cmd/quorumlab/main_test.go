package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// labFile is what `make lab` builds.
const labFile = "../../../dist/lab.wasm"

// quorumlab runs the command line as a shell would.
func quorumlab(t *testing.T, stdin string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := root()
	var out, errs bytes.Buffer
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	cmd.SetArgs(args)
	err = cmd.ExecuteContext(t.Context())
	return out.String(), errs.String(), err
}

func withLab(t *testing.T, args ...string) []string {
	t.Helper()
	if _, err := os.Stat(labFile); errors.Is(err, fs.ErrNotExist) {
		t.Fatal("no dist/lab.wasm: `make lab` builds it")
	}
	cache, err := filepath.Abs("../../../dist/cache")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", cache)
	return append([]string{"--lab", labFile}, args...)
}

func TestUnknownInputSaysWhatWasExpected(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{\n\"format\": 1,\n}"), 0o666); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		`there is no command "bogus"; expected one of: bench exercise grade lesson licenses play prove replay runbook serve transcript version`: {"bogus"},
		`there is no command "chek"; expected one of: check new`:                                                                                {"exercise", "chek"},
		"unknown flag: --sed; `quorumlab play --help` lists the flags":                                                                          {"play", "--sed", "1"},
		`quorumlab serve takes no arguments, but was given "x"`:                                                                                 {"serve", "x"},
		"--seeds: expected 1 or more, not 0":                                                                                                    {"exercise", "check", "--seeds", "0"},
		"--json and --csv: expected one of them":                                                                                                {"grade", "--json", "--csv", "x"},
		"no such file":                                                                                                                          {"replay", "none.json"},
		broken + ": not a recording: line 3":                                                                                                    {"replay", broken},
		"expected recorded scenarios: FILE.jsonl":                                                                                               {"transcript"},
		"open none.jsonl: no such file":                                                                                                         {"transcript", "none.jsonl"},
		broken + ":1: not JSON":                                                                                                                 {"transcript", broken},
		`--classes: expected run, impl or both, not "all"`:                                                                                      {"transcript", "--classes", "all", "x"},
		"--jobs: expected 1 or more, not 0":                                                                                                     {"transcript", "--jobs", "0", "x"},
		"--lab: open none.wasm":                                                                                                                 {"version", "--lab", "none.wasm"},
	} {
		_, _, err := quorumlab(t, "", args...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, expected %s", args, err, want)
		}
	}
}

func TestEveryCommandHasHelpWithExamples(t *testing.T) {
	for _, args := range [][]string{{}, {"play"}, {"replay"}, {"grade"}, {"exercise"}, {"exercise", "check"}, {"bench"}, {"serve"}, {"licenses"}, {"transcript"}, {"version"}} {
		out, _, err := quorumlab(t, "", append(args, "--help")...)
		if err != nil || !strings.Contains(out, "Examples:") || !strings.Contains(out, "Usage:") {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
}

const script = `etcdctl put name "John
Doe"
for k in 1 2; do
  etcdctl get name --print-value-only
done
none
# a remark

etcdctl get name | wc -l
`

func TestPlayTellsEachCommand(t *testing.T) {
	out, _, err := quorumlab(t, script, withLab(t, "play", "--json")...)
	if err != nil {
		t.Fatal(err)
	}
	type command struct {
		AtMs                *int64 `json:"at_ms"`
		Cmd, Stdout, Stderr string
		Exit                int
	}
	var got []command
	for line := range strings.Lines(out) {
		var c command
		if err := json.Unmarshal([]byte(line), &c); err != nil || c.AtMs == nil {
			t.Fatalf("%v in %s", err, line)
		}
		got = append(got, c)
	}
	if len(got) != 4 {
		t.Fatalf("expected four commands, got %+v", got)
	}
	if got[0].Cmd != "etcdctl put name \"John\nDoe\"" || got[0].Stdout != "OK\n" || got[1].Stdout != "John\nDoe\nJohn\nDoe\n" {
		t.Errorf("got %+v", got[:2])
	}
	if got[2].Exit != 127 || got[2].Stderr == "" || strings.TrimSpace(got[3].Stdout) != "3" || *got[3].AtMs <= *got[0].AtMs {
		t.Errorf("got %+v", got[2:])
	}
}

func TestPlayedRunReplays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.json")
	out, _, err := quorumlab(t, "etcdctl put a b\n", withLab(t, "play", "--members", "1", "--seed", "9", "--record", file)...)
	if err != nil || out != "$ etcdctl put a b\nOK\n" {
		t.Fatalf("%v\n%s", err, out)
	}
	first, _, err := quorumlab(t, "", withLab(t, "replay", file)...)
	if err != nil {
		t.Fatal(err)
	}
	var result struct {
		Lab, SHA256   string
		Ticks, Events int
	}
	if err := json.Unmarshal([]byte(first), &result); err != nil || len(result.SHA256) != 64 || result.Ticks == 0 {
		t.Errorf("%v in %s", err, first)
	}
	events, _, err := quorumlab(t, "", withLab(t, "replay", "--events", file)...)
	if err != nil || strings.Count(events, "\n") != result.Events || !strings.HasPrefix(events, `{"t":0,"type":"world"`) {
		t.Errorf("%v: %d lines, expected %d", err, strings.Count(events, "\n"), result.Events)
	}
	_, _, err = quorumlab(t, "", withLab(t, "grade", file)...)
	if err == nil {
		t.Error("a run without an exercise was graded")
	}
}

func TestScriptThatWaitsForInput(t *testing.T) {
	_, _, err := quorumlab(t, "cat\n", withLab(t, "play", "--patience", "2s")...)
	if err == nil || !strings.Contains(err.Error(), `"cat" did not end within 2s`) {
		t.Errorf("got %v", err)
	}
	_, _, err = quorumlab(t, "echo \"open\n", withLab(t, "play")...)
	if err == nil || !strings.Contains(err.Error(), "in the middle of a command") {
		t.Errorf("got %v", err)
	}
}

func TestSolutionIsGradedAndAnUntouchedRunIsNot(t *testing.T) {
	dir := t.TempDir()
	solved, untouched := filepath.Join(dir, "solved.json"), filepath.Join(dir, "untouched.json")
	solution := "../../../exercises/kill-the-leader/solution.sh"
	if _, _, err := quorumlab(t, "", withLab(t, "play", "--exercise", "kill-the-leader", "--record", solved, solution)...); err != nil {
		t.Fatal(err)
	}
	if _, _, err := quorumlab(t, "sleep 5\n", withLab(t, "play", "--exercise", "kill-the-leader", "--record", untouched)...); err != nil {
		t.Fatal(err)
	}
	out, _, err := quorumlab(t, "", withLab(t, "grade", solved)...)
	if err != nil || !strings.Contains(out, "kill-the-leader: passed") {
		t.Errorf("%v\n%s", err, out)
	}
	out, _, err = quorumlab(t, "", withLab(t, "grade", "--csv", solved, untouched)...)
	var failed *failure
	if !errors.As(err, &failed) || strings.Count(out, "\n") != 3 || !strings.Contains(out, untouched+",kill-the-leader,false,0,") {
		t.Errorf("%v\n%s", err, out)
	}
}

const recordedScenario = `{"scenario": "s", "cluster": {"members": 1, "leader": "m1", "names": ["m1"], "addresses": {"m1": {"client": "http://127.0.0.1:2379", "peer": "http://127.0.0.1:2380"}}}, "env": {}}
{"cmd": "etcdctl put a 1", "env": {}, "stdout": "OK\n", "stderr": "", "exit": 0, "ms": 15, "note": "all members up"}
{"cmd": "etcdctl get a", "env": {}, "stdout": "a\n2\n", "stderr": "", "exit": 0, "ms": 15, "note": "all members up"}
`

// What `transcript` prints, and what it writes: the lab's own recording, in the
// form of the one it was given.
func TestTranscript(t *testing.T) {
	dir := t.TempDir()
	file, out := filepath.Join(dir, "s.jsonl"), filepath.Join(dir, "out")
	if err := os.WriteFile(file, []byte(recordedScenario), 0o666); err != nil {
		t.Fatal(err)
	}
	shown, _, err := quorumlab(t, "", withLab(t, "transcript", "--out", out, "--record", out, file)...)
	want := "s                                1/2\n" + file + ":3: etcdctl get a\n  stdout\n    a\n  - 2\n  + 1\n"
	if err == nil || shown != want {
		t.Errorf("%v\n got %q\nwant %q", err, shown, want)
	}
	written, err := os.ReadFile(filepath.Join(out, "s.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(written)), "\n") {
		wanted := strings.Split(recordedScenario, "\n")[i]
		wanted = strings.Replace(wanted, `"a\n2\n"`, `"a\n1\n"`, 1)
		if got, _, _ := strings.Cut(line, `, "ms"`); !strings.HasPrefix(wanted, got) || !strings.HasSuffix(line, wanted[len(wanted)-10:]) {
			t.Errorf("line %d:\n got %s\nwant %s", i+1, line, wanted)
		}
	}
	if _, _, err := quorumlab(t, "", withLab(t, "replay", filepath.Join(out, "s.json"))...); err != nil {
		t.Errorf("what the world was given does not replay: %v", err)
	}
	shown, _, err = quorumlab(t, "", withLab(t, "transcript", "--json", "--quiet", file)...)
	if err == nil || shown != `{"scenario":"s","file":"`+file+`","matched":1,"total":2,"unstable":0,"seed":1,"problems":[]}`+"\n" {
		t.Errorf("%v\n%s", err, shown)
	}
}
