package shell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"quorumlab/lab/event"
	"quorumlab/lab/files"
)

// Command runs a process and gives its exit code. It runs in the world's
// virtual time: it may wait on channels, timers and contexts but must never
// spin, and it ends soon after p.Ctx is cancelled.
type Command func(p *Process) int

// Process is one running command. Its methods are for its own goroutine.
type Process struct {
	Ctx     context.Context // cancelled by Ctrl-C
	Args    []string        // Args[0] is the name
	Dir     string          // the current directory
	Host    string          // "workstation" or a member's name
	Session int             // 0 for a script without a terminal
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	FS      *files.FS
	// Terminal tells whether Stdout is the session's terminal.
	Terminal bool

	runner *runner
}

// Env looks up an exported variable.
func (p *Process) Env(name string) (value string, ok bool) {
	v := p.runner.variables.get(name)
	return v.String(), v.IsSet() && v.Exported
}

// Getenv gives an exported variable, or "".
func (p *Process) Getenv(name string) string {
	value, _ := p.Env(name)
	return value
}

// Environ lists the exported variables as NAME=VALUE, sorted.
func (p *Process) Environ() []string { return p.runner.environ() }

// Path makes a name absolute, seen from Dir.
func (p *Process) Path(name string) string { return absolute(p.Dir, name) }

// HideTyping tells the terminal whether what is typed at this command is not
// to be shown, as for a password. It has no effect if stdin is not a terminal,
// and ends with the command line.
func (p *Process) HideTyping(hidden bool) {
	if p.runner.session == nil || !p.runner.fds[0].terminal {
		return
	}
	what := "shown"
	if hidden {
		what = "hidden"
	}
	p.runner.session.screen.show(event.Event{Type: event.Typing, What: what})
}

// Now gives the virtual wall clock.
func (p *Process) Now() time.Time { return p.runner.shell.config.Now() }

// Sleep waits in virtual time; it ends early with an error on Ctrl-C.
func (p *Process) Sleep(d time.Duration) error { return sleep(p.Ctx, d) }

func sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Fail prints "name: message" to stderr and gives exit code 1.
func (p *Process) Fail(format string, args ...any) int {
	fmt.Fprintf(p.Stderr, "%s: %s\n", p.Args[0], fmt.Sprintf(format, args...))
	return 1
}

// Misuse prints "name: message" and a hint at the help; it gives exit code 2.
func (p *Process) Misuse(format string, args ...any) int {
	p.Fail(format, args...)
	return 2
}

// fileFail prints an error about a file as GNU's utilities do.
func (p *Process) fileFail(name string, err error) int {
	return p.Fail("%s: %s", name, files.Reason(err))
}

// killed ends one of the shell's own utilities where it stands, as a signal
// would; only the call in runner.process recovers it.
type killed struct{ code int }

// Exit codes of commands that were ended.
const (
	codeInterrupted = 130
	codePipe        = 141
	codeExceeded    = 1
)

// die ends the utility with a message.
func (p *Process) die(code int, format string, args ...any) {
	p.Fail(format, args...)
	panic(killed{code})
}

// step charges a utility for one round of work.
func (p *Process) step() {
	if !p.runner.step() {
		panic(killed{codeInterrupted})
	}
}

// tick charges one step for every thousand rounds of a loop that is cheap.
func (p *Process) tick(round *int) {
	if *round++; *round%1000 == 0 {
		p.step()
	}
}

// fatalWriter ends the utility that writes to a pipe nobody reads, or whose
// command was ended; other errors (a full disk) are its own to tell.
type fatalWriter struct{ w io.Writer }

func (f fatalWriter) Write(b []byte) (int, error) {
	n, err := f.w.Write(b)
	if err != nil {
		panic(killed{codeOf(err)})
	}
	return n, nil
}

// stdoutWriter is a fatalWriter that tells a full disk first.
type stdoutWriter struct{ p *Process }

func (s stdoutWriter) Write(b []byte) (int, error) {
	n, err := s.p.runner.fds[1].write(b)
	if err == nil {
		return n, nil
	}
	if code := codeOf(err); code != codeExceeded || errors.As(err, new(*limitError)) {
		panic(killed{code})
	}
	s.p.die(1, "write error: %s", files.Reason(err))
	return 0, err
}

func codeOf(err error) int {
	switch {
	case err == errPipe:
		return codePipe
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return codeInterrupted
	}
	return codeExceeded
}

// fatalReader charges for what is read and ends the utility on Ctrl-C.
type fatalReader struct {
	p    *Process
	r    io.Reader
	read int
}

// bytesPerStep is how much may be read or written for one step.
const bytesPerStep = 16 << 10

func (f *fatalReader) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	f.read += n
	for ; f.read >= bytesPerStep; f.read -= bytesPerStep {
		f.p.step()
	}
	if err != nil && f.p.Ctx.Err() != nil {
		panic(killed{codeInterrupted})
	}
	return n, err
}

// input opens a file to read, "-" being stdin. The closer is never nil.
func (p *Process) input(name string) (io.Reader, func(), error) {
	if name == "-" || name == "/dev/stdin" {
		return p.Stdin, func() {}, nil
	}
	if entry, err := p.FS.Stat(p.Path(name)); err == nil && entry.IsDir() {
		return nil, nil, files.ErrIsDirectory
	}
	file, err := p.FS.Open(p.Path(name))
	if err != nil {
		return nil, nil, err
	}
	return &fatalReader{p: p, r: file}, func() { _ = file.Close() }, nil
}

// eachInput gives the named files to a function, stdin if there are none; a
// file that cannot be opened is told, and the exit code is 1.
func (p *Process) eachInput(names []string, do func(name string, r io.Reader)) int {
	if len(names) == 0 {
		names = []string{"-"}
	}
	code := 0
	for _, name := range names {
		r, done, err := p.input(name)
		if err != nil {
			code = p.fileFail(name, err)
			continue
		}
		do(name, r)
		done()
	}
	return code
}

// maxLineBytes bounds a line that a utility reads.
const maxLineBytes = 1 << 20

// lines gives the lines of r without their newlines.
func (p *Process) lines(r io.Reader) iter.Seq[string] {
	return func(yield func(string) bool) {
		buffered := bufio.NewReaderSize(r, 4096)
		for {
			line, err := p.line(buffered)
			if err != nil && line == "" {
				return
			}
			if !yield(strings.TrimSuffix(line, "\n")) || err != nil {
				return
			}
		}
	}
}

func (p *Process) line(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		line = append(line, piece...)
		if len(line) > maxLineBytes {
			p.die(2, "a line is longer than %d KiB", maxLineBytes>>10)
		}
		if err != bufio.ErrBufferFull {
			return string(line), err
		}
	}
}

// slurp reads all of r, as far as a utility may keep it.
func (p *Process) slurp(r io.Reader) []byte {
	data, err := io.ReadAll(io.LimitReader(r, MaxSlurpBytes+1))
	if len(data) > MaxSlurpBytes {
		p.die(2, "memory exhausted: the input is larger than %d MiB", MaxSlurpBytes>>20)
	}
	if err != nil {
		p.die(1, "read error: %s", files.Reason(err))
	}
	return data
}

// allLines reads the lines of all named inputs, as far as they may be kept.
func (p *Process) allLines(names []string) (lines []string, code int) {
	kept := 0
	code = p.eachInput(names, func(_ string, r io.Reader) {
		for line := range p.lines(r) {
			if kept += len(line) + 16; kept > MaxSlurpBytes {
				p.die(2, "memory exhausted: the input is larger than %d MiB", MaxSlurpBytes>>20)
			}
			lines = append(lines, line)
		}
	})
	return lines, code
}

// buffer gives a buffered stdout; flush it before the utility waits or ends.
func (p *Process) buffer() *bufio.Writer { return bufio.NewWriterSize(p.Stdout, 4096) }
