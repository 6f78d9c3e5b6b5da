package labctl

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/event"
	"quorumlab/lab/files"
	"quorumlab/lab/shell"
)

var update = flag.Bool("update", false, "write what happens into testdata")

// fake is a world of three members whose state is just noted.
type fake struct {
	members []Member
	links   []Link
	events  []event.Event
	flags   ServerFlags // of the last start
}

func newFake() *fake {
	f := &fake{}
	for i, name := range []string{"m1", "m2", "m3"} {
		f.members = append(f.members, Member{
			Name: name, ID: fmt.Sprintf("%x", 0xa0+i), Address: fmt.Sprintf("10.0.0.1%d", i+1), State: "up", Role: "follower", Leader: "m2",
			Term: 2, Last: 10, Commit: 10, Applied: 10, Revision: 4, Fsync: time.Millisecond,
		})
	}
	f.members[1].Role = "leader"
	for _, a := range f.members {
		for _, b := range f.members {
			if a.Name != b.Name {
				f.links = append(f.links, Link{From: a.Name, To: b.Name, Latency: 5 * time.Millisecond})
			}
		}
	}
	return f
}

func (f *fake) member(name string) *Member {
	return &f.members[slices.IndexFunc(f.members, func(m Member) bool { return m.Name == name })]
}

func (f *fake) down(name, why string) error {
	m := f.member(name)
	if m.State == "down" {
		return fmt.Errorf("%s is down already", name)
	}
	m.State, m.Why, m.Role, m.Leader = "down", why, "", ""
	return nil
}

func (f *fake) Members() []Member       { return slices.Clone(f.members) }
func (f *fake) Links() []Link           { return slices.Clone(f.links) }
func (f *fake) Kill(name string) error  { return f.down(name, "killed") }
func (f *fake) Stop(name string) error  { return f.down(name, "stopped") }
func (f *fake) Pause(name string) error { f.member(name).State = "paused"; return nil }
func (f *fake) Wipe(string) error       { return nil }

func (f *fake) Spare() []string { return []string{"m4", "m5"} }

func (f *fake) Start(name string, flags ServerFlags) error {
	f.flags = flags
	m := f.member(name)
	if m.State == "up" {
		return fmt.Errorf("%s is running already", name)
	}
	m.State, m.Why, m.Role = "up", "started", "follower"
	return nil
}

func (f *fake) Resume(name string) error { f.member(name).State = "up"; return nil }

func (f *fake) Partition(groups [][]string) error {
	group := map[string]int{}
	for i, names := range groups {
		for _, name := range names {
			group[name] = i + 1
		}
	}
	for i, l := range f.links {
		f.links[i].Cut = group[l.From] != group[l.To]
	}
	return nil
}

func (f *fake) each(a, b string, oneWay bool, do func(*Link)) error {
	for i := range f.links {
		l := &f.links[i]
		if a == "" || l.From == a && l.To == b || !oneWay && l.From == b && l.To == a {
			do(l)
		}
	}
	return nil
}

func (f *fake) Cut(a, b string, oneWay bool) error {
	return f.each(a, b, oneWay, func(l *Link) { l.Cut = true })
}

func (f *fake) Heal(a, b string) error {
	return f.each(a, b, false, func(l *Link) { l.Cut, l.LossPermille = false, 0 })
}

func (f *fake) SetLatency(a, b string, latency, jitter time.Duration) error {
	return f.each(a, b, false, func(l *Link) { l.Latency, l.Jitter = latency, jitter })
}

func (f *fake) SetLoss(a, b string, permille int64) error {
	return f.each(a, b, false, func(l *Link) { l.LossPermille = permille })
}

func (f *fake) DropMessage(id uint64) (time.Duration, error) {
	if id != 17 {
		return 0, fmt.Errorf("there was no message %d yet", id)
	}
	return 200 * time.Millisecond, nil
}

func (f *fake) DelayMessage(id uint64, _ time.Duration) error {
	_, err := f.DropMessage(id)
	return err
}

func (f *fake) Next(string, string, string, time.Duration) error { return nil }

func (f *fake) SetTimeout(name string, d time.Duration) (time.Duration, error) {
	switch {
	case f.member(name).State == "down":
		return 0, fmt.Errorf("%s is down", name)
	case d == 0:
		return time.Second, nil
	}
	return d, nil
}

func (f *fake) SetFsync(name string, d time.Duration) error {
	f.member(name).Fsync = max(d, time.Millisecond)
	return nil
}

func (f *fake) SetFull(name string, full bool) error { f.member(name).Full = full; return nil }
func (f *fake) Corrupt(name string) error            { f.member(name).Corrupt = true; return nil }

func (f *fake) Firewall(name string, port int, drop bool) error {
	if port != 2379 && port != 2380 {
		return fmt.Errorf("port %d: a member has ports 2379 (clients) and 2380 (peers)", port)
	}
	m := f.member(name)
	m.Dropped = slices.DeleteFunc(m.Dropped, func(p int) bool { return p == port })
	if drop {
		m.Dropped = append(m.Dropped, port)
	}
	return nil
}

func (f *fake) Logs(name string) ([]string, error) {
	return []string{`{"level":"info","msg":"one"}`, `{"level":"info","msg":"two"}`, `{"level":"warn","msg":"three"}`}, nil
}

func (f *fake) Until(ctx context.Context, condition string) (string, error) {
	switch condition {
	case "leader":
		return "m2 leads", ctx.Err()
	case "never":
		<-ctx.Done()
		return "m2 leads", ctx.Err()
	}
	return "", fmt.Errorf("the name %q is not known", condition)
}

func (f *fake) Writer(string) (func(context.Context, string, string) error, func()) {
	return func(ctx context.Context, key, value string) error {
		if f.member("m2").State == "down" {
			return errors.New("context deadline exceeded")
		}
		time.Sleep(10 * time.Millisecond)
		return nil
	}, func() {}
}

func (f *fake) Emit(e event.Event) { f.events = append(f.events, e) }

// TestTranscripts runs testdata/*.txt: a line after "$ " is run, what it prints
// and its exit code follow, and a line "fault: ..." for each fault event.
func TestTranscripts(t *testing.T) {
	paths, _ := filepath.Glob("testdata/*.txt")
	if len(paths) == 0 {
		t.Fatal("no transcripts")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			synctest.Test(t, func(*testing.T) { got = replay(string(want)) })
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

func newShell(f *fake) *shell.Shell {
	fs := files.New(time.Now)
	_ = fs.MkdirAll("/home/learner", 0o755)
	return shell.New(shell.Config{
		Files: fs, Emit: f.Emit, Sleep: time.Sleep, Now: time.Now, Commands: map[string]shell.Command{"lab": Command(f)},
		Completers: map[string]shell.Completer{"lab": Completer(f)},
	})
}

func replay(transcript string) string {
	f := newFake()
	sh := newShell(f)
	defer sh.Close()
	var out bytes.Buffer
	for line := range strings.SplitSeq(transcript, "\n") {
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			if strings.HasPrefix(line, "# ") {
				fmt.Fprintf(&out, "\n%s\n\n", line)
			}
			continue
		}
		fmt.Fprintln(&out, line)
		f.events = nil
		if code := sh.Run(context.Background(), command, shell.Stdio{Out: &out, Err: &out}); code != 0 {
			fmt.Fprintf(&out, "[exit %d]\n", code)
		}
		for _, e := range f.events {
			fmt.Fprintf(&out, "fault: %s %v\n", e.Text, e.Members)
		}
	}
	return strings.TrimPrefix(out.String(), "\n")
}

func TestComplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sh := newShell(newFake())
		defer sh.Close()
		if err := sh.Open(1, "workstation"); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ text, want string }{
			{"lab ki", "kill"},
			{"lab kill ", "all follower followers leader m1 m2 m3"},
			{"lab kill m1; lab kill m", "m1 m2 m3"},
			{"lab disk m1 ", "corrupt full ok slow"},
			{"lab firewall m1 23", "2379 2380"},
			{"lab cut m1 m2 --o", "--one-way"},
			{"lab drop vo", "vote vote-reply"},
			{"lab delay append m1 ", "m1 m2 m3 workstation"},
			{"lab timeouts a", "align all"},
			{"lab nosuch ", ""},
		} {
			_, got, err := sh.Complete(1, c.text, len(c.text))
			if err != nil || strings.Join(got, " ") != c.want {
				t.Errorf("%q: %q, %v; want %q", c.text, got, err, c.want)
			}
		}
	})
}

func TestEveryVerbHasHelp(t *testing.T) {
	for _, v := range verbs {
		if v.does == "" || len(v.examples) == 0 {
			t.Errorf("lab %s: no description or no example", v.name)
		}
		for _, example := range v.examples {
			if !strings.Contains(example, v.name) {
				t.Errorf("lab %s: the example %q does not use it", v.name, example)
			}
		}
	}
}
