// Package shell is the learner's shell: POSIX syntax (and what of bash people
// type without thinking), a filesystem in memory, and utilities that behave as
// GNU's do for their common flags. It runs in virtual time, every step costs a
// millisecond of it, and output, memory, recursion and processes are bounded,
// so that nothing that is typed can stop the world.
package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"quorumlab/lab/event"
	"quorumlab/lab/files"
)

// The bounds of what one shell may take.
const (
	Step              = time.Millisecond // virtual time of each simple command, loop iteration or expansion of a command
	MaxLineBytes      = 64 << 10         // a complete command as typed
	MaxOutputBytes    = 1 << 20          // what one command prints to the terminal
	MaxValueBytes     = 256 << 10        // one variable, one expanded word, one command substitution
	MaxVariablesBytes = 4 << 20          // all variables and functions
	MaxSlurpBytes     = 16 << 20         // what a utility keeps of its input
	MaxDepth          = 64               // functions, subshells and sourced files within each other
	MaxNesting        = 256              // compound commands within each other
	MaxProcesses      = 64               // subshells alive at once
	MaxJobs           = 16               // background jobs alive at once
	MaxHistory        = 500
)

// Config is what a shell is made with. Files, Emit, Sleep and Now are needed.
type Config struct {
	Files *files.FS
	Home  string            // where sessions start; "/home/learner" if empty
	Env   map[string]string // exported variables of every session
	// HostEnv, if set, adds variables for a session on a host.
	HostEnv func(host string) map[string]string
	// Emit takes the events: prompt, echo, command, output, exit, clear and
	// completion; T is left to it. It is called from many goroutines.
	Emit func(event.Event)
	// Commands are added to the shell's own; a name of its own is replaced.
	Commands map[string]Command
	// Completers complete the arguments of commands, by name.
	Completers map[string]Completer
	// Keys, if set, offers keys with a prefix where a Completer offers KeyHere.
	Keys  func(prefix string) []string
	Sleep func(time.Duration)
	Now   func() time.Time
}

// Completer offers words that may stand in place of word; words are those
// before it, the command's name first. Offers need not be filtered or sorted.
// An offer of KeyHere asks for keys, FileHere for files as well.
type Completer interface {
	Complete(words []string, word string) []string
}

// Offers of a Completer that stand for something else.
const (
	KeyHere  = "\x00key"
	FileHere = "\x00file"
)

// Shell runs sessions (terminals) on one filesystem. It is safe for concurrent
// use. Its goroutines wait on timers and channels only; they never spin.
type Shell struct {
	config    Config
	utilities map[string]Command

	ctx    context.Context
	cancel context.CancelFunc
	all    sync.WaitGroup

	mu       sync.Mutex
	sessions map[int]*session
	pids     atomic.Int64
}

// New makes a shell without sessions.
func New(config Config) *Shell {
	if config.Home == "" {
		config.Home = "/home/learner"
	}
	s := &Shell{config: config, sessions: map[int]*session{}, utilities: maps.Clone(utilities)}
	s.pids.Store(1000)
	maps.Copy(s.utilities, config.Commands)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Close ends every session and waits until its goroutines are gone.
func (s *Shell) Close() {
	s.cancel()
	s.all.Wait()
}

// Open starts a session on a host and shows its prompt. Session numbers begin
// at 1; a number that is open already is an error.
func (s *Shell) Open(number int, host string) error {
	if number < 1 {
		return fmt.Errorf("session %d: sessions are numbered from 1", number)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[number] != nil {
		return fmt.Errorf("session %d is open already", number)
	}
	if len(s.sessions) >= MaxSessions {
		return fmt.Errorf("session %d: %d sessions are open, which is the limit", number, MaxSessions)
	}
	one := newSession(s, number, host)
	s.sessions[number] = one
	s.all.Go(one.loop)
	return nil
}

// MaxSessions bounds how many terminals may be open.
const MaxSessions = 16

// Line gives a session what was typed, without its newline; a text of several
// lines is typed line by line. While a command runs it is the command's input,
// and what that leaves unread is the next command.
func (s *Shell) Line(number int, text string) error {
	return s.with(number, func(one *session) error { return one.tty.typed(text) })
}

// Interrupt is Ctrl-C: the running command ends with 130, or the line typed so
// far is forgotten.
func (s *Shell) Interrupt(number int) error {
	return s.with(number, func(one *session) error { one.interrupt(); return nil })
}

// EOF is Ctrl-D: the end of the running command's input.
func (s *Shell) EOF(number int) error {
	return s.with(number, func(one *session) error { return one.tty.ended() })
}

// Busy tells whether a session runs a command.
func (s *Shell) Busy(number int) bool {
	busy := false
	_ = s.with(number, func(one *session) error { busy = one.running() != nil; return nil })
	return busy
}

func (s *Shell) with(number int, do func(*session) error) error {
	s.mu.Lock()
	one := s.sessions[number]
	s.mu.Unlock()
	if one == nil {
		return fmt.Errorf("there is no session %d", number)
	}
	return do(one)
}

// Stdio is what a script without a session reads and writes. A nil In is empty;
// writers that are nil discard.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
	Host     string // "workstation" if empty
}

// Run runs a script without a session and gives its exit code: 2 for a syntax
// error, 130 if ctx is cancelled. The bounds are those of one command.
func (s *Shell) Run(ctx context.Context, script string, stdio Stdio) int {
	if stdio.In == nil {
		stdio.In = empty{}
	}
	stdio.Out, stdio.Err = orDiscard(stdio.Out), orDiscard(stdio.Err)
	if stdio.Host == "" {
		stdio.Host = "workstation"
	}
	g := newGroup(s, ctx)
	defer g.end()
	r := newRunner(s, nil, stdio.Host, g)
	r.fds[0].r = stdio.In
	r.fds[1].w = g.bounded(stdio.Out)
	r.fds[2].w = g.bounded(stdio.Err)
	file, err := parse(script, false)
	if err != nil {
		fmt.Fprintln(stdio.Err, "sh:", err)
		return 2
	}
	r.source = script
	r.file(file)
	return g.verdict(r, stdio.Err)
}

func orDiscard(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}

type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, io.EOF }

// group is one complete command with everything it started: it is cancelled,
// and its output bounded, as a whole. A background job is a group of its own.
type group struct {
	shell  *Shell
	ctx    context.Context
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	printed int64 // bytes to the terminal
	live    int   // subshells alive
	handled bool  // a program took Ctrl-C for itself, and ended with status
	status  int
}

// Why a group ended early.
var errInterrupted = errors.New("interrupted")

// limitError ends a command that took more than it may.
type limitError struct{ text string }

func (e *limitError) Error() string { return e.text }

func newGroup(s *Shell, ctx context.Context) *group {
	g := &group{shell: s}
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	return g
}

func (g *group) end() { g.cancel(context.Canceled) }

// exceed ends the group with a clear error.
func (g *group) exceed(format string, args ...any) error {
	err := &limitError{fmt.Sprintf(format, args...)}
	g.cancel(err)
	return err
}

// verdict tells the exit code of a group that ended, and prints why if a bound
// ended it.
func (g *group) verdict(r *runner, stderr io.Writer) int {
	var limit *limitError
	switch cause := context.Cause(g.ctx); {
	case cause == nil:
		return r.status & 0xff
	case errors.As(cause, &limit):
		fmt.Fprintln(stderr, "sh:", limit.text)
		return 1
	case g.handled:
		return g.status
	default:
		return codeInterrupted
	}
}

// ended hears of each program's end. One that Ctrl-C did not end, but that
// ended because of it, has a status of its own.
func (g *group) ended(status int) {
	if context.Cause(g.ctx) != errInterrupted || status == codeInterrupted {
		return
	}
	g.mu.Lock()
	g.handled, g.status = true, status
	g.mu.Unlock()
}

// print counts what goes to the terminal and tells how much of n bytes may.
func (g *group) print(n int) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	room := MaxOutputBytes - g.printed
	if int64(n) > room {
		g.printed = MaxOutputBytes
		return int(room), g.exceed("more than %d KiB of output: the command was ended", MaxOutputBytes>>10)
	}
	g.printed += int64(n)
	return n, nil
}

// fork counts a subshell in.
func (g *group) fork() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.live >= MaxProcesses {
		return g.exceed("fork: more than %d processes at once: the command was ended", MaxProcesses)
	}
	g.live++
	return nil
}

func (g *group) exited() {
	g.mu.Lock()
	g.live--
	g.mu.Unlock()
}

// bounded gives a writer whose output counts.
func (g *group) bounded(w io.Writer) io.Writer { return &boundedWriter{g, w} }

type boundedWriter struct {
	group *group
	w     io.Writer
}

func (b *boundedWriter) Write(p []byte) (int, error) {
	n, err := b.group.print(len(p))
	if n > 0 {
		if _, failed := b.w.Write(p[:n]); failed != nil {
			return 0, failed
		}
	}
	return n, err
}
