package shell

import (
	"context"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"quorumlab/lab/event"
	"quorumlab/lab/files"
)

// maxPieceBytes bounds one output event.
const maxPieceBytes = 4 << 10

// screen turns writes into output events: what is written at one instant to one
// stream is one event, as far as it fits.
type screen struct {
	emit    func(event.Event)
	session int

	mu     sync.Mutex
	n      int
	stream string
	held   []byte
	timer  *time.Timer
}

// writer gives the stream ("out" or "err") of command n.
func (s *screen) writer(n int, stream string) io.Writer { return &screenWriter{s, n, stream} }

type screenWriter struct {
	screen *screen
	n      int
	stream string
}

func (w *screenWriter) Write(p []byte) (int, error) {
	s := w.screen
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n != w.n || s.stream != w.stream {
		s.flush()
		s.n, s.stream = w.n, w.stream
	}
	s.held = append(s.held, p...)
	for len(s.held) >= maxPieceBytes {
		s.piece(cut(s.held, maxPieceBytes))
	}
	if len(s.held) > 0 && s.timer == nil {
		s.timer = time.AfterFunc(Step, s.Flush)
	}
	return len(p), nil
}

// cut finds where to end a piece of at most n bytes without splitting a rune.
func cut(text []byte, n int) int {
	for i := n; i > n-utf8.UTFMax; i-- {
		if i == len(text) || utf8.RuneStart(text[i]) {
			return i
		}
	}
	return n
}

func (s *screen) piece(n int) {
	text := strings.ToValidUTF8(string(s.held[:n]), "\uFFFD")
	s.held = append(s.held[:0], s.held[n:]...)
	s.emit(event.Event{Type: event.Output, Session: s.session, N: s.n, Stream: s.stream, Text: text})
}

func (s *screen) flush() {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	if len(s.held) > 0 {
		s.piece(len(s.held))
	}
}

// Flush emits what is held.
func (s *screen) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush()
}

// show emits an event after what was written before it.
func (s *screen) show(e event.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush()
	e.Session = s.session
	s.emit(e)
}

// tty is a session's keyboard: lines wait in it until the shell, or the command
// that runs, reads them.
type tty struct {
	mu    sync.Mutex
	queue []key
	bytes int
	wake  chan struct{}
}

type key struct {
	kind keyKind
	text string
}

type keyKind int

const (
	keyLine keyKind = iota
	keyEnd
	keyInterrupt
)

// maxTypedBytes bounds what may wait at a keyboard.
const maxTypedBytes = 1 << 20

func newTTY() *tty { return &tty{wake: make(chan struct{}, 1)} }

func (t *tty) push(k key) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.bytes+len(k.text)+1 > maxTypedBytes {
		return &limitError{"too many lines wait at this terminal: press Ctrl-C"}
	}
	t.bytes += len(k.text) + 1
	t.queue = append(t.queue, k)
	select {
	case t.wake <- struct{}{}:
	default:
	}
	return nil
}

func (t *tty) typed(text string) error {
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if err := t.push(key{keyLine, strings.TrimSuffix(line, "\r")}); err != nil {
			return err
		}
	}
	return nil
}

func (t *tty) ended() error { return t.push(key{kind: keyEnd}) }

// clear forgets what was typed ahead.
func (t *tty) clear() {
	t.mu.Lock()
	t.queue, t.bytes = nil, 0
	t.mu.Unlock()
}

func (t *tty) pop() (key, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.queue) == 0 {
		return key{}, false
	}
	k := t.queue[0]
	t.queue = t.queue[1:]
	t.bytes -= len(k.text) + 1
	return k, true
}

// next waits for a key.
func (t *tty) next(ctx context.Context) (key, error) {
	for {
		if err := ctx.Err(); err != nil {
			return key{}, err
		}
		if k, ok := t.pop(); ok {
			return k, nil
		}
		select {
		case <-ctx.Done():
		case <-t.wake:
		}
	}
}

// keyboard is a command's standard input at the terminal.
type keyboard struct {
	tty *tty
	ctx context.Context

	mu   sync.Mutex
	rest []byte
}

// Read gives one line at a time, and io.EOF for each Ctrl-D.
func (k *keyboard) Read(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.rest) == 0 {
		typed, err := k.tty.next(k.ctx)
		if err != nil {
			return 0, err
		}
		if typed.kind == keyEnd {
			return 0, io.EOF
		}
		k.rest = []byte(typed.text + "\n")
	}
	n := copy(p, k.rest)
	k.rest = k.rest[n:]
	return n, nil
}

// pipe is a pipe of 64 KiB, as Linux has it. A write to a pipe that nobody
// reads any more fails with errPipe.
type pipe struct {
	mu      sync.Mutex
	changed *sync.Cond
	held    []byte
	closedR bool
	closedW bool
	err     error // of the group's end
	stop    func() bool
}

const maxPipeBytes = 64 << 10

var errPipe = &limitError{"broken pipe"}

func newPipe(ctx context.Context) *pipe {
	p := &pipe{}
	p.changed = sync.NewCond(&p.mu)
	p.stop = context.AfterFunc(ctx, func() {
		p.mu.Lock()
		p.err = ctx.Err()
		p.changed.Broadcast()
		p.mu.Unlock()
	})
	return p
}

func (p *pipe) Read(b []byte) (int, error) { return p.readUntil(b, context.Background()) }

// readUntil reads until a context ends; whoever ends it wakes the pipe.
func (p *pipe) readUntil(b []byte, ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.held) == 0 && !p.closedW && p.err == nil && ctx.Err() == nil {
		p.changed.Wait()
	}
	if p.err != nil {
		return 0, p.err
	}
	if len(p.held) == 0 && ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if len(p.held) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.held)
	p.held = p.held[n:]
	p.changed.Broadcast()
	return n, nil
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	written := 0
	for {
		for len(p.held) >= maxPipeBytes && !p.closedR && p.err == nil {
			p.changed.Wait()
		}
		switch {
		case p.err != nil:
			return written, p.err
		case p.closedR:
			return written, errPipe
		case len(b) == 0:
			return written, nil
		}
		n := min(len(b), maxPipeBytes-len(p.held))
		p.held = append(p.held, b[:n]...)
		b, written = b[n:], written+n
		p.changed.Broadcast()
		if len(b) == 0 {
			return written, nil
		}
	}
}

func (p *pipe) closeRead() {
	p.mu.Lock()
	p.closedR, p.held = true, nil
	p.changed.Broadcast()
	p.mu.Unlock()
}

func (p *pipe) closeWrite() {
	p.mu.Lock()
	p.closedW = true
	p.changed.Broadcast()
	p.mu.Unlock()
}

// path makes a name absolute, seen from a directory.
func absolute(dir, name string) string {
	if name == "" {
		return ""
	}
	if strings.HasPrefix(name, "/") {
		return files.Clean(name)
	}
	return files.Clean(dir + "/" + name)
}
