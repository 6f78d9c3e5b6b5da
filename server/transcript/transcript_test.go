package transcript

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"quorumlab/lab/scenario"
	"quorumlab/server/host"
)

const (
	labFile    = "../../dist/lab.wasm" // `make lab` builds it
	recordings = "../../lab/testdata/etcd"
	knownFile  = recordings + "/known.txt"
)

var update = flag.Bool("update", false, "write "+knownFile+" anew")

// module compiles the lab once for all tests of this package.
var module = sync.OnceValues(func() (*host.Module, error) {
	wasm, err := os.ReadFile(labFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("no dist/lab.wasm: `make lab` builds it")
	}
	if err != nil {
		return nil, err
	}
	return host.Compile(context.Background(), wasm, "../../dist/cache/wazero")
})

func lab(t *testing.T) *host.Module {
	t.Helper()
	m, err := module()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// replayed is what came of one recording.
type replayed struct {
	scenario   *scenario.Scenario
	comparison *scenario.Comparison
	problems   []Problem
	err        error
}

// TestRecordings holds the lab to every recording of a real etcd that there is.
// What does not match is listed, with its reason, in known.txt: it fails if a
// command is there that matches by now, or if one that is not does not.
// -update writes the list anew and keeps the reasons.
func TestRecordings(t *testing.T) {
	files, err := filepath.Glob(recordings + "/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings in %s: %v", recordings, err)
	}
	known, err := readKnown(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	results := replayAll(lab(t), files)
	if *update {
		if err := os.WriteFile(knownFile, writeKnown(known, results), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	matched, total := 0, 0
	for _, r := range results {
		t.Run(r.scenario.Name, func(t *testing.T) { hold(t, r, known) })
		if r.comparison != nil {
			matched, total = matched+r.comparison.Matched, total+r.comparison.Total
		}
	}
	for place, reason := range known {
		t.Errorf("%s: listed (%s), but there is no such command, or it matches", place, reason)
	}
	t.Logf("%d of %d recorded commands match", matched, total)
}

// hold reports what is not on the list and takes what is off it.
func hold(t *testing.T, r replayed, known map[string]string) {
	if r.err != nil {
		t.Fatal(r.err)
	}
	unlisted := &scenario.Comparison{}
	for _, d := range r.comparison.Differences {
		if _, listed := known[place(r, d.Line)]; !listed {
			unlisted.Differences = append(unlisted.Differences, d)
		}
		delete(known, place(r, d.Line))
	}
	if len(unlisted.Differences) == 0 {
		return
	}
	var text strings.Builder
	for _, p := range r.problems {
		fmt.Fprintf(&text, "%s:%d: note: %s\n", r.scenario.File, p.Line, p.Text)
	}
	Print(&text, r.scenario.File, unlisted)
	t.Errorf("what does not match and is not listed in %s:\n%s", knownFile, &text)
}

func place(r replayed, line int) string { return fmt.Sprintf("%s:%d", r.scenario.Name, line) }

// replayAll replays recordings, as many at a time as there are cores.
func replayAll(m *host.Module, files []string) []replayed {
	results := make([]replayed, len(files))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		workers.Go(func() {
			for i := range next {
				results[i] = replayOne(m, files[i])
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	workers.Wait()
	return results
}

func replayOne(m *host.Module, file string) (r replayed) {
	if r.scenario, r.err = scenario.Read(file); r.err != nil {
		r.scenario = &scenario.Scenario{Name: filepath.Base(file)}
		return r
	}
	result, err := Replay(context.Background(), m, r.scenario, Options{Seed: 1})
	if err != nil {
		r.err = err
		return r
	}
	r.problems = result.Problems
	rules, err := scenario.LoadRules(scenario.ClassRun, scenario.ClassImpl)
	if err == nil {
		r.comparison, err = rules.Compare(r.scenario, result.Recorded)
	}
	r.err = err
	return r
}

// knownLine is a place, SCENARIO:LINE, and a reason.
var knownLine = regexp.MustCompile(`^(\S+:\d+)\s+(\S.*)$`)

// readKnown reads the list of what does not match.
func readKnown(file string) (map[string]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := knownLine.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("%s:%d: expected SCENARIO:LINE and a reason, not %q", file, n, line)
		}
		known[m[1]] = m[2]
	}
	return known, nil
}

const knownHead = `# Commands of the recordings that do not match here: SCENARIO:LINE, and why.
# TestRecordings of server/transcript holds the lab to this list:
# go test ./server/transcript -run TestRecordings -update
# writes it anew and keeps the reasons.
`

func writeKnown(known map[string]string, results []replayed) []byte {
	var text strings.Builder
	text.WriteString(knownHead)
	for _, r := range results {
		if r.comparison == nil {
			continue
		}
		for _, d := range r.comparison.Differences {
			reason := known[place(r, d.Line)]
			if reason == "" {
				reason = waitingFor(r.scenario.Name, d)
			}
			fmt.Fprintf(&text, "%s %s\n", place(r, d.Line), reason)
		}
	}
	return []byte(text.String())
}

// waitingFor is the reason of what nobody has looked at yet.
func waitingFor(name string, d scenario.Difference) string {
	for _, one := range []struct{ pattern, reason string }{
		{`^tls-`, "waiting: TLS"},
		{`(^|[ :])(user|role|auth)\b|^auth `, "waiting: auth"},
		{`^(lease|lock|txn|watch|quota)|\b(lease|lock|elect|txn|watch)\b`, "waiting: leases, transactions, watches"},
		{`^(member-|one-to-two|replace-|strict|remove-|force-new|move-)|\b(member|move-leader)\b`, "waiting: membership"},
		{`^(disaster|restore)`, "waiting: members start with flags"},
		{`curl`, "waiting: HTTP"},
		{`\b(completion|defrag|downgrade|check)\b`, "waiting: completion, defrag, check, downgrade"},
	} {
		if regexp.MustCompile(one.pattern).MatchString(name + " " + d.Cmd) {
			return one.reason
		}
	}
	return "not looked at yet"
}

// TestTheHarness replays a recording that the lab made of itself: what the
// harness does between typing and recording is right if the same comes out.
func TestTheHarness(t *testing.T) {
	const file = "testdata/harness.jsonl"
	s, err := scenario.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	result, err := Replay(context.Background(), lab(t), s, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range result.Problems {
		t.Errorf("%s:%d: %s", file, p.Line, p.Text)
	}
	got := Text(result.Recorded)
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(withoutTimes(got), withoutTimes(want)) {
		a, b := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
		changed := slices.DeleteFunc(lineDiff(a, b), func(l string) bool { return strings.HasPrefix(l, "  ") })
		t.Errorf("%s:\n%s", file, strings.Join(changed, "\n"))
	}
}

var ms = regexp.MustCompile(`"ms": \d+`)

func withoutTimes(text []byte) []byte { return ms.ReplaceAll(text, []byte(`"ms": 0`)) }

// A step that cannot be done is told with its line, and the rest goes on.
func TestProblems(t *testing.T) {
	const head = `{"scenario": "s", "cluster": {"members": 1, "leader": "m1", "names": ["m1"], "addresses": {"m1": {"client": "http://127.0.0.1:2379", "peer": "http://127.0.0.1:2380"}}}}` + "\n"
	for _, c := range []struct{ step, want string }{
		{`{"fault": "kill", "member": "m9"}`, `2: lab kill m9: exit 2: lab kill: there is no member "m9"`},
		{`{"do": "copy-file", "from": "a", "to": "b"}`, "2: cp 'a' 'b': cp: cannot stat 'a': No such file or directory"},
		{`{"do": "edit-file", "file": "a", "op": "flip", "at": 0}`, "2: a: base64: a: No such file or directory"},
		{`{"do": "wait_leader"}`, ""},
		{`{"bg": "end", "id": "x", "cmd": "cat", "stdout": ""}`, `2: there is no command "x" in the background`},
		{`{"cmd": "cat", "stdout": "", "capture": {"X": {"regex": "(.+)"}}}`, `2: capture X: "(.+)" is not in the output`},
	} {
		s, err := scenario.Parse(strings.NewReader(head+c.step+"\n"+`{"cmd": "echo on", "stdout": "on\n", "exit": 0}`), "f.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		result, err := Replay(context.Background(), lab(t), s, Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, p := range result.Problems {
			got += fmt.Sprintf("%d: %s", p.Line, p.Text)
		}
		if !strings.HasPrefix(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s:\n got %q\nwant %q", c.step, got, c.want)
		}
		if last := result.Recorded.Steps[1]; last.Stdout != "on\n" {
			t.Errorf("%s: the step that followed printed %q", c.step, last.Stdout)
		}
	}
}

func TestLineDiff(t *testing.T) {
	got := strings.Join(lineDiff([]string{"a", "b", "c"}, []string{"a", "x", "c", "d"}), "|")
	if want := "  a|- b|+ x|  c|+ d"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
