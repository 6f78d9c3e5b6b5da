package shell

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"quorumlab/lab/event"
)

// session is one terminal: its keyboard, its screen, and the shell that runs
// there, with state of its own.
type session struct {
	shell  *Shell
	number int
	host   string
	tty    *tty
	screen *screen

	mu      sync.Mutex
	group   *group  // of the command that runs, or nil
	main    *runner // the login shell; its goroutine alone changes it
	shown   view    // what completion may know of main
	history []string
	n       int
}

// view is what of a shell's state others may look at while it runs.
type view struct {
	dir       string
	variables []string
	functions []string
}

func newSession(s *Shell, number int, host string) *session {
	one := &session{shell: s, number: number, host: host, tty: newTTY()}
	one.screen = &screen{emit: s.config.Emit, session: number}
	one.login()
	return one
}

// login gives the session a shell with nothing remembered but the history.
func (s *session) login() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.main = newRunner(s.shell, s, s.host, nil)
	s.look()
}

// look notes what completion may see; s.mu is held.
func (s *session) look() {
	s.shown = view{
		dir:       s.main.dir,
		variables: s.main.names(),
		functions: slices.Sorted(maps.Keys(s.main.functions)),
	}
}

func (s *session) running() *group {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.group
}

func (s *session) interrupt() {
	s.tty.clear()
	if g := s.running(); g != nil {
		g.cancel(errInterrupted)
		return
	}
	_ = s.tty.push(key{kind: keyInterrupt})
}

// loop reads commands until the shell is closed.
func (s *session) loop() {
	typed := ""
	s.prompt("$ ")
	for {
		k, err := s.tty.next(s.shell.ctx)
		if err != nil {
			s.screen.Flush()
			return
		}
		switch {
		case k.kind == keyInterrupt:
			typed = ""
			s.print("^C\n")
			s.prompt("$ ")
		case k.kind == keyEnd && typed == "":
			s.print("Use \"exit\" to leave the shell.\n")
			s.prompt("$ ")
		case k.kind == keyEnd:
			s.reject(typed, fmt.Errorf("syntax error: unexpected end of file"))
			typed = ""
			s.prompt("$ ")
		default:
			typed += k.text + "\n"
			typed = s.take(typed)
		}
	}
}

// take runs what was typed if it is complete, and gives back what still waits
// for more lines.
func (s *session) take(typed string) (rest string) {
	file, err := parse(typed, true)
	switch {
	case isIncomplete(err) && len(typed) <= MaxLineBytes:
		s.prompt("> ")
		return typed
	case err != nil:
		s.reject(typed, err)
	case len(file.Stmts) > 0:
		s.run(strings.TrimRight(typed, "\n"), file)
	}
	s.prompt("$ ")
	return ""
}

func (s *session) prompt(text string) {
	s.mu.Lock()
	dir := s.main.dir
	s.mu.Unlock()
	s.screen.show(event.Event{Type: event.Prompt, Text: text, Cwd: dir})
}

// print writes something that belongs to no command.
func (s *session) print(text string) {
	fmt.Fprint(s.screen.writer(0, "err"), text)
}

// begin counts and remembers a complete command.
func (s *session) begin(text string) int {
	s.mu.Lock()
	s.n++
	n := s.n
	s.history = append(s.history, text)
	if len(s.history) > MaxHistory {
		s.history = slices.Delete(s.history, 0, 1)
	}
	s.mu.Unlock()
	s.screen.show(event.Event{Type: event.Command, N: n, Text: text})
	return n
}

// reject answers a command that is not understood.
func (s *session) reject(typed string, err error) {
	n := s.begin(strings.TrimRight(typed, "\n"))
	fmt.Fprintln(s.screen.writer(n, "err"), "sh:", err)
	s.main.status = 2
	s.screen.show(event.Event{Type: event.Exit, N: n, Code: 2})
}

// run runs a complete command to its end.
func (s *session) run(text string, file *syntax.File) {
	n := s.begin(text)
	g := newGroup(s.shell, s.shell.ctx)
	out, err := s.screen.writer(n, "out"), s.screen.writer(n, "err")
	r := s.main
	r.enter(g)
	r.source = text
	r.fds[0].r = &keyboard{tty: s.tty, ctx: g.ctx}
	r.fds[1].w, r.fds[2].w = g.bounded(out), g.bounded(err)
	s.mu.Lock()
	s.group = g
	s.mu.Unlock()
	r.file(file)
	s.mu.Lock()
	s.group = nil
	s.mu.Unlock()
	r.status = g.verdict(r, err)
	if context.Cause(g.ctx) == errInterrupted {
		fmt.Fprintln(out, "^C")
	}
	g.end()
	s.ended(n, r)
}

func (s *session) ended(n int, r *runner) {
	s.screen.show(event.Event{Type: event.Exit, N: n, Code: r.status})
	if r.flow.exit {
		s.login()
		return
	}
	r.flow = flow{}
	s.mu.Lock()
	s.look()
	s.mu.Unlock()
	r.reap()
}
