package shell

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/event"
)

// story writes a session's events in one line each.
func story(events []event.Event) []string {
	var list []string
	for _, e := range events {
		switch e.Type {
		case event.Prompt:
			list = append(list, fmt.Sprintf("prompt %q %s", e.Text, e.Cwd))
		case event.Command:
			list = append(list, fmt.Sprintf("command %d %q", e.N, e.Text))
		case event.Output:
			list = append(list, fmt.Sprintf("output %d %s %q", e.N, e.Stream, e.Text))
		case event.Exit:
			list = append(list, fmt.Sprintf("exit %d %d", e.N, e.Code))
		default:
			list = append(list, string(e.Type))
		}
	}
	return list
}

func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := newTerminal(t, nil)
		defer term.shell.Close()
		for _, line := range []string{"echo a; echo b; echo c >&2; sleep 1; echo d", "for i in 1", "do echo $i", "done", "", "# nothing", "cd /tmp", "clear", "echo )"} {
			term.send(func() { term.line(line) })
		}
		want := []string{
			`prompt "$ " /home/learner`,
			`command 1 "echo a; echo b; echo c >&2; sleep 1; echo d"`,
			`output 1 out "a\nb\n"`, `output 1 err "c\n"`, `output 1 out "d\n"`, `exit 1 0`, `prompt "$ " /home/learner`,
			`prompt "> " /home/learner`, `prompt "> " /home/learner`,
			`command 2 "for i in 1\ndo echo $i\ndone"`, `output 2 out "1\n"`, `exit 2 0`, `prompt "$ " /home/learner`,
			`prompt "$ " /home/learner`, `prompt "$ " /home/learner`,
			`command 3 "cd /tmp"`, `exit 3 0`, `prompt "$ " /tmp`,
			`command 4 "clear"`, `clear`, `exit 4 0`, `prompt "$ " /tmp`,
			`command 5 "echo )"`,
			`output 5 err "sh: syntax error at column 6: a command can only contain words and redirects; encountered ` + "`)`" + `\n"`,
			`exit 5 2`, `prompt "$ " /tmp`,
		}
		got := story(term.events)
		// a and b are a step apart: one event or two, never out of order.
		joined := strings.ReplaceAll(strings.Join(got, "\n"), "output 1 out \"a\\n\"\noutput 1 out \"b\\n\"", `output 1 out "a\nb\n"`)
		if joined != strings.Join(want, "\n") {
			t.Errorf("got:\n%s\nwant:\n%s", joined, strings.Join(want, "\n"))
		}
	})
}

func TestPiecesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := newTerminal(t, nil)
		defer term.shell.Close()
		text, _ := term.run(`awk 'BEGIN { for (i = 0; i < 5000; i++) printf "äöü" }'`)
		if text != strings.Repeat("äöü", 5000) {
			t.Errorf("%d bytes came", len(text))
		}
		for _, e := range term.events {
			if len(e.Text) > maxPieceBytes {
				t.Errorf("a piece of %d bytes", len(e.Text))
			}
		}
	})
}

func TestSessionsAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := newTerminal(t, func(c *Config) {
			c.HostEnv = func(host string) map[string]string { return map[string]string{"WHERE": host} }
		})
		defer term.shell.Close()
		if err := term.shell.Open(2, "m1"); err != nil {
			t.Fatal(err)
		}
		if err := term.shell.Open(2, "m1"); err == nil {
			t.Error("a session was opened twice")
		}
		term.line("cd /tmp; x=1; member one")
		synctest.Wait()
		if err := term.shell.Line(2, "pwd; echo $WHERE x=$x $(hostname)"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		var second []string
		for _, e := range term.events {
			if e.Session == 2 && e.Type == event.Output {
				second = append(second, e.Text)
			}
		}
		if got := strings.Join(second, ""); got != "/home/learner\nm1 x= m1\n" {
			t.Errorf("session 2 printed %q", got)
		}
		if err := term.shell.Line(3, "x"); err == nil {
			t.Error("a line for a session that is not there was taken")
		}
	})
}

func TestRunWithoutSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := newTerminal(t, nil)
		defer term.shell.Close()
		for _, c := range []struct {
			script, out string
			code        int
		}{
			{"echo hi; exit 3", "hi\n", 3},
			{"read x; echo \"<$x>\"", "<>\n", 0},
			{"echo )", "sh: syntax error at column 6: a command can only contain words and redirects; encountered `)`\n", 2},
			{"set -e\nfalse\necho no", "", 1},
			{"sleep 1 &\nwait\necho done", "done\n", 0},
		} {
			var out bytes.Buffer
			code := term.shell.Run(context.Background(), c.script, Stdio{Out: &out, Err: &out})
			if code != c.code || out.String() != c.out {
				t.Errorf("%s: %d %q", c.script, code, out.String())
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if code := term.shell.Run(ctx, "while :; do sleep 1; done", Stdio{}); code != 130 {
			t.Errorf("a cancelled script exits %d", code)
		}
	})
}

// TestPanicsOfCommandsPass holds that a bug in a command of the engine is not
// taken for a mistake of the learner's.
func TestPanicsOfCommandsPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := newTerminal(t, func(c *Config) { c.Commands["bug"] = func(*Process) int { panic("a bug") } })
		defer term.shell.Close()
		for _, script := range []string{"bug", "x=$(bug)", "echo ${y:-$(echo $(bug))}"} {
			func() {
				defer func() {
					if cause := recover(); cause != "a bug" {
						t.Errorf("%s: recovered %v", script, cause)
					}
				}()
				term.shell.Run(context.Background(), script, Stdio{})
			}()
		}
	})
}

type verbs struct{}

func (verbs) Complete(words []string, word string) []string {
	if len(words) == 1 {
		return []string{"get", "put", "--prefix"}
	}
	return []string{KeyHere, FileHere}
}

func TestComplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := newTerminal(t, func(c *Config) {
			c.Completers = map[string]Completer{"etcdctl": verbs{}}
			c.Keys = func(prefix string) []string { return []string{"name", "names/1"} }
			c.Commands["etcdctl"] = memberCommand
		})
		defer term.shell.Close()
		term.run("mkdir -p data/deep; touch data/file nothing; greet() { :; }; NODE=1; cd .")
		for _, c := range []struct {
			text  string
			start int
			want  string
		}{
			{"sle", 0, "sleep"},
			{"gre", 0, "greet grep"},
			{"etcdctl ", 8, "--prefix get put"},
			{"etcdctl --", 8, "--prefix"},
			{"etcdctl get na", 12, "name names/1"},
			{"etcdctl get no", 12, "nothing"},
			{"ls da", 3, "data/"},
			{"ls data/", 3, "data/deep/ data/file"},
			{"cat < no", 6, "nothing"},
			{"echo $NOD", 5, "$NODE"},
			{"true && sle", 8, "sleep"},
			{"x=1 sle", 4, "sleep"},
			{"for i in 1; do ech", 15, "echo"},
			{"echo 'äö'; sle", 11, "sleep"},
			{"sort -", 5, "-k -n -r -t -u"},
			{"zzz", 0, ""},
		} {
			cursor := len([]rune(c.text))
			start, got, err := term.shell.Complete(1, c.text+" and more", cursor)
			if err != nil || start != c.start || strings.Join(got, " ") != c.want {
				t.Errorf("%q: %d %q %v, want %d %q", c.text, start, got, err, c.start, c.want)
			}
		}
	})
}

func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := newTerminal(t, nil)
		defer term.shell.Close()
		for i := range MaxHistory + 5 {
			term.run(fmt.Sprintf("x=%d", i))
		}
		text, _ := term.run("history")
		lines := strings.Split(strings.TrimSpace(text), "\n")
		if len(lines) != MaxHistory || !strings.HasSuffix(lines[0], "x=6") {
			t.Errorf("%d lines, the first %q", len(lines), lines[0])
		}
	})
}

func TestFullDiskIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := newTerminal(t, nil)
		defer term.shell.Close()
		for i := range 4 {
			if err := term.fs.WriteFile(fmt.Sprintf("/tmp/%d", i), make([]byte, 16<<20), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		text, code := term.run("echo x > file")
		if text != "echo: write error: No space left on device\n" || code != 1 {
			t.Errorf("%d %q", code, text)
		}
		if text, code = term.run("cat /tmp/1 > copy; echo $?"); !strings.Contains(text, "No space left") {
			t.Errorf("%d %q", code, text)
		}
	})
}

// FuzzShell types a text, lets ten virtual seconds pass, and presses Ctrl-C: the
// shell must come back to its prompt, and soon in real time.
func FuzzShell(f *testing.F) {
	for _, seed := range []string{
		"echo hi | cat", "x=1; while true; do x=$x$x; done", "f() { f | f & }; f", "cat <<EOF\nx\nEOF", "${x//a/b}${y:1:2}${#z[@]}",
		"a[$((1<<40))]=x; echo ${a[@]}", "case x in (x) ;& *) echo;; esac", "echo $((1/0)) $((2**99999)) {1..99999999}", "[[ a =~ ( ]]",
		"declare -A m=([a]=b); unset 'm[a]'; echo ${m[a]@Q} ${!m[@]}", "printf '%*d' 99999999 1", "awk '{print $1' | sed 's/(/x/;y/a/bc/'",
		"set -- a b; shift 5; getopts ab: o -x; read -t 1 q; exec 3>&1; echo >&3; exit 300", "time ! { ( ls / ); } > /dev/null 2>&1 &",
		"awk 'BEGIN { x[1]; for (k in x) delete x; printf \"%9999999d\", 1 }'", "sed -n '1!G;h;$p' /etc", "tr a-z A-", "sort -k0 -t '' x", "$'\\x'",
		"diff <(a) b", "echo ${x@Z} ${x^^[a} ${!x*} ${x:-`ls`} ${x:?}", "for ((;;)); do break 9; done", "eval eval eval 'echo $(('", "xargs -I% sh -c % <<< 'xargs'",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 || strings.Contains(text, "lab panic") {
			return
		}
		watchdog := time.AfterFunc(20*time.Second, func() { panic(fmt.Sprintf("%q freezes the clock", text)) })
		defer watchdog.Stop()
		synctest.Test(t, func(t *testing.T) {
			term := newTerminal(t, nil)
			defer term.shell.Close()
			term.line(text)
			time.Sleep(10 * time.Second)
			for range 2 {
				if err := term.shell.Interrupt(1); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
			}
			synctest.Wait()
			if term.shell.Busy(1) {
				t.Fatalf("%q: still busy a second after Ctrl-C", text)
			}
			if out, _ := term.run("echo alive"); !strings.Contains(out, "alive\n") && !slices.ContainsFunc([]string{"exec", ">&", "set", "alive"}, func(s string) bool { return strings.Contains(text, s) }) {
				t.Fatalf("%q: then echo alive gave %q", text, out)
			}
		})
	})
}
