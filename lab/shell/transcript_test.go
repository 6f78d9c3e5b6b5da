package shell

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/event"
	"quorumlab/lab/files"
)

var update = flag.Bool("update", false, "write what happens into testdata")

// terminal drives one session as a page does and collects what it shows.
type terminal struct {
	t     *testing.T
	shell *Shell
	fs    *files.FS

	mu      sync.Mutex
	out     strings.Builder
	code    int
	prompts int
	events  []event.Event
	wake    chan struct{}
}

// newTerminal opens session 1 of a shell; close it before the bubble ends.
func newTerminal(t *testing.T, change func(*Config)) *terminal {
	term := &terminal{t: t, fs: files.New(time.Now), wake: make(chan struct{}, 1)}
	if err := term.fs.MkdirAll("/home/learner", 0o755); err != nil {
		t.Fatal(err)
	}
	config := Config{Files: term.fs, Emit: term.emit, Sleep: time.Sleep, Now: time.Now, Commands: map[string]Command{"member": memberCommand}}
	if change != nil {
		change(&config)
	}
	term.shell = New(config)
	if err := term.shell.Open(1, "workstation"); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return term
}

// memberCommand stands for a command of the engine: it waits half a second. As
// "member holds" it takes Ctrl-C for itself, as etcdctl lock does.
func memberCommand(p *Process) int {
	fmt.Fprintln(p.Stdout, "waiting")
	switch err := p.Sleep(500 * time.Millisecond); {
	case err != nil && len(p.Args) > 1 && p.Args[1] == "holds":
		fmt.Fprintln(p.Stdout, "let go")
		return 0
	case err != nil:
		return codeInterrupted
	}
	fmt.Fprintln(p.Stdout, "done:", strings.Join(p.Args[1:], " "))
	return 0
}

func (term *terminal) emit(e event.Event) {
	term.mu.Lock()
	defer term.mu.Unlock()
	term.events = append(term.events, e)
	switch e.Type {
	case event.Output:
		term.out.WriteString(e.Text)
	case event.Exit:
		term.code = e.Code
	case event.Prompt:
		term.prompts++
		select {
		case term.wake <- struct{}{}:
		default:
		}
	}
}

func (term *terminal) prompted() int {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.prompts
}

// send does what a learner would, and waits until the shell prompts for more
// and nothing runs: a line typed ahead begins right after a prompt, so both are
// looked at only while every goroutine waits.
func (term *terminal) send(do func()) {
	before := term.prompted()
	do()
	deadline := time.Now().Add(time.Hour)
	for synctest.Wait(); term.prompted() == before || term.shell.Busy(1); synctest.Wait() {
		select {
		case <-term.wake:
		case <-time.After(time.Until(deadline)):
			term.t.Fatalf("no prompt after an hour of virtual time; so far:\n%s", term.take())
		}
	}
}

func (term *terminal) take() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	text := term.out.String()
	term.out.Reset()
	return text
}

func (term *terminal) line(text string) {
	if err := term.shell.Line(1, text); err != nil {
		term.t.Fatal(err)
	}
}

// run types a line and gives what it printed and its exit code.
func (term *terminal) run(text string) (string, int) {
	term.code = -1
	term.send(func() { term.line(text) })
	return term.take(), term.code
}

// TestTranscripts replays testdata/*.txt. In them,
//
//	$ LINE      is typed at the prompt, and what it prints follows
//	> LINE      goes on with it
//	< LINE      is typed while the command runs (before the wait for the prompt)
//	^C 50ms     is Ctrl-C that long after the line above was typed; ^D is Ctrl-D
//	[exit N]    is the exit code, if it is not 0
//	.           is an empty line of output
//	# TEXT      explains
func TestTranscripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no transcripts")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			synctest.Test(t, func(t *testing.T) { got = replay(t, string(data)) })
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(data) {
				t.Errorf("%s differs:\n%s", path, firstDifference(got, string(data)))
			}
		})
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\ngot:\n%s\nwant:\n%s", i+1, strings.Join(a[max(0, i-3):min(len(a), i+6)], "\n"),
				strings.Join(b[max(0, i-3):min(len(b), i+6)], "\n"))
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(a), len(b))
}

// replay gives a transcript with what really happens.
func replay(t *testing.T, transcript string) string {
	term := newTerminal(t, nil)
	defer term.shell.Close()
	var out strings.Builder
	lines := bufio.NewScanner(strings.NewReader(transcript))
	var typed []string
	typing := false // output begins where what is typed ends
	play := func() {
		if len(typed) == 0 {
			return
		}
		term.code = 0
		term.send(func() {
			for _, line := range typed {
				term.key(line)
			}
		})
		text := shorten(term.take())
		out.WriteString(text)
		if text != "" && !strings.HasSuffix(text, "\n") {
			out.WriteString("%\n")
		}
		if term.code != 0 {
			fmt.Fprintf(&out, "[exit %d]\n", term.code)
		}
		typed = nil
	}
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "$ "), strings.HasPrefix(line, "> ") && typing:
			play()
			out.WriteString(line + "\n")
			typed, typing = []string{line}, true
		case typing && (strings.HasPrefix(line, "< ") || strings.HasPrefix(line, "^C ") || line == "^D"):
			out.WriteString(line + "\n")
			typed = append(typed, line)
		case strings.HasPrefix(line, "#"), line == "":
			play()
			typing = false
			out.WriteString(line + "\n")
		default:
			typing = false
		}
	}
	play()
	return out.String()
}

// shorten leaves the middle of a long output out and marks empty lines.
func shorten(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		if line == "\n" {
			lines[i] = ".\n"
		}
	}
	if len(lines) <= 24 {
		return strings.Join(lines, "")
	}
	return strings.Join(lines[:3], "") + fmt.Sprintf("[%d lines]\n", len(lines)-6) + strings.Join(lines[len(lines)-3:], "")
}

func (term *terminal) key(line string) {
	switch {
	case strings.HasPrefix(line, "^C "):
		d, err := time.ParseDuration(line[3:])
		if err != nil {
			term.t.Fatal(err)
		}
		time.Sleep(d)
		if err := term.shell.Interrupt(1); err != nil {
			term.t.Fatal(err)
		}
	case line == "^D":
		if err := term.shell.EOF(1); err != nil {
			term.t.Fatal(err)
		}
	default:
		term.line(line[2:])
		synctest.Wait()
	}
}
