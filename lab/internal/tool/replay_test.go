package tool_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"quorumlab/lab/etcdctl"
	"quorumlab/lab/etcdutl"
	"quorumlab/lab/files"
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/scenario"
)

// header is line 1 of a recorded scenario.
type header struct {
	Cluster struct {
		Members   int
		Leader    string
		Names     []string
		Token     string `json:"initial_cluster_token"`
		Addresses map[string]struct{ Client, Peer string }
	}
}

// record is one step of it.
type record struct {
	Cmd, Stdout, Stderr string
	Exit                int
	Env                 map[string]string
	Stdin               string
	Unstable            string
	Interrupt           float64 `json:"interrupt_after_s"`
	Capture             map[string]any
	Volatile            []string

	Raw map[string]any
}

const testdata = "../../testdata/etcd/"

func load(t *testing.T, name string) (h header, records []record) {
	t.Helper()
	f, err := os.Open(testdata + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 16<<20)
	for first := true; s.Scan(); first = false {
		if first {
			if err := json.Unmarshal(s.Bytes(), &h); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var r record
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(s.Bytes(), &r.Raw); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return h, records
}

// Scenarios with the commands that this lab offers. Those it does not offer are
// passed over.
var scenarios = []string{
	"kv-basic", "kv-basic-three-members", "kv-range", "kv-range-one-member", "kv-revisions",
	"help-and-usage", "help-and-usage-2", "endpoint",
	"snapshot-save-status", "disaster-recovery", "restore-bump-revision", "restore-from-datadir-copy",
	"all-down", "blackholed-endpoint", "follower-down", "two-members-one-down", "six-members-three-down",
	"five-members", "quorum-lost-3of2",
}

var notOffered = regexp.MustCompile(`^etcdctl (-\S+ )*(txn|watch|lease|lock|elect|member (add|remove|update|promote)|move-leader|defrag|auth|user|role|check|make|downgrade)\b`)

func TestRecordedCommands(t *testing.T) {
	rs, err := scenario.LoadRules(scenario.ClassRun, scenario.ClassImpl)
	if err != nil {
		t.Fatal(err)
	}
	matched, total := 0, 0
	for _, name := range scenarios {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, records := load(t, name)
				m, n := replay(t, rs, name, h, records)
				matched, total = matched+m, total+n
			})
		})
	}
	t.Logf("%d of %d recorded commands match", matched, total)
}

// known are commands of a scenario whose output cannot match here, with the
// reason.
var known = map[string]string{
	"kv-revisions: etcdctl get '' --prefix -w json": "an etcdctl txn before it is passed over",
	"kv-revisions: etcdctl endpoint hashkv":         "the same",

	"quorum-lost-3of2: etcdctl get k --command-timeout=20s": "the server's own timeout of 7 s is not the fake's",
}

func replay(t *testing.T, rs *scenario.Rules, name string, h header, records []record) (matched, total int) {
	f := newFake(h)
	for i, r := range records {
		if r.Cmd == "" || r.Raw["stdout"] == nil {
			f.step(t, r.Raw)
			continue
		}
		args := words(r.Cmd)
		if len(args) == 0 || r.Unstable != "" || known[name+": "+r.Cmd] != "" || r.Interrupt > 0 {
			continue
		}
		if notOffered.MatchString(r.Cmd) && !strings.Contains(r.Cmd, "-h") {
			continue
		}
		stdout, stderr, code := f.run(args, r)
		total++
		ok := true
		check := func(what, got, want string) {
			if got != want {
				ok = false
				t.Errorf("record %d: %s\n--- %s\n%s--- want\n%s", i+1, r.Cmd, what, got, want)
			}
		}
		got, _ := rs.Normal(r.Cmd, r.Env, scenario.Output{Stdout: stdout, Stderr: stderr}, &scenario.Captured{})
		want, _ := rs.Normal(r.Cmd, r.Env, scenario.Output{Stdout: r.Stdout, Stderr: r.Stderr}, &scenario.Captured{})
		check("stdout", got.Stdout, want.Stdout)
		check("stderr", got.Stderr, want.Stderr)
		if code != r.Exit {
			ok = false
			t.Errorf("record %d: %s: exit %d, want %d", i+1, r.Cmd, code, r.Exit)
		}
		if ok {
			matched++
		}
	}
	return matched, total
}

// words splits a command; nil if it is more than one plain command of ours.
func words(cmd string) []string {
	file, err := syntax.NewParser().Parse(strings.NewReader(cmd), "")
	if err != nil || len(file.Stmts) != 1 || len(file.Stmts[0].Redirs) > 0 {
		return nil
	}
	call, ok := file.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok {
		return nil
	}
	args, err := expand.Fields(nil, call.Args...)
	if err != nil || len(args) == 0 || args[0] != "etcdctl" && args[0] != "etcdutl" {
		return nil
	}
	return args
}

func (f *fake) run(args []string, r record) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var environ []string
	for name, value := range r.Env {
		environ = append(environ, name+"="+value)
	}
	p := &tool.Process{
		Ctx: ctx, Args: args[1:], Environ: environ, Stdin: strings.NewReader(r.Stdin), Stdout: &out, Stderr: &errs,
		Files: f.files, Path: files.Clean, Now: time.Now,
	}
	if args[0] == "etcdctl" {
		code = etcdctl.Run(p, f.dial, nil)
	} else {
		code = etcdutl.Run(p, f, nil)
	}
	return out.String(), errs.String(), code
}

// step does what is not a command: faults and changes of files.
func (f *fake) step(t *testing.T, raw map[string]any) {
	text := func(key string) string { s, _ := raw[key].(string); return s }
	member := text("member")
	switch text("fault") {
	case "kill", "stop":
		f.down[member] = true
	case "stop-all":
		for _, m := range f.peers {
			f.down[m.Name] = true
		}
	case "start":
		f.start(member, text("data_dir"))
	case "partition":
		f.cut = false
	case "blackhole-client-port":
		clear(f.deaf)
		list, _ := raw["members"].([]any)
		for _, m := range list {
			f.deaf[m.(string)] = true
		}
	}
	if text("do") == "wait_leader" || text("do") == "ensure_leader" {
		f.leader = member
	}
	if err := f.edit(text, raw); err != nil {
		t.Errorf("%v: %v", raw, err)
	}
}

func (f *fake) edit(text func(string) string, raw map[string]any) error {
	switch text("do") {
	case "write-file":
		return f.files.WriteFile(text("file"), []byte(text("text")), 0o644)
	case "mkdir":
		if err := f.files.MkdirAll(text("path"), 0o755); err != nil {
			return err
		}
		if name := text("containing"); name != "" {
			return f.files.WriteFile(text("path")+"/"+name, nil, 0o644)
		}
	case "copy-file":
		b, err := f.files.ReadFile(text("from"))
		if strings.HasSuffix(text("from"), "/db") {
			b, err = f.database(), nil
			b = b[:len(b)-32]
		}
		if err != nil {
			return err
		}
		return f.files.WriteFile(text("to"), b, 0o600)
	case "edit-file":
		b, err := f.files.ReadFile(text("file"))
		if err != nil {
			return err
		}
		at := int(raw["at"].(float64))
		switch text("op") {
		case "flip":
			if at < 0 {
				at += len(b)
			}
			b[at] ^= 0xff
		case "truncate":
			b = b[:len(b)-at]
		case "append":
			b = append(b, make([]byte, at)...)
		}
		return f.files.WriteFile(text("file"), b, 0o600)
	}
	return nil
}
