// Package rpc carries etcd's calls over one connection of the simulated
// network: many calls at once, each answered by one message or a stream, as
// gRPC does for the real etcd. Messages are frames: 4 bytes length, 1 byte
// kind, 4 bytes stream, then the payload.
package rpc

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"sync"

	"quorumlab/lab/network"
)

type kind byte

const (
	kindHello   kind = iota + 1 // the server's preface: it serves
	kindCall                    // method, a blank and a token if there is one, 0, body
	kindMessage                 // body: one message of a stream
	kindLast                    // body: the last message; the call ended well
	kindEnd                     // the stream ended well
	kindError                   // code, 0, text: the call failed
	kindCancel                  // the caller lost interest
	kindGone                    // never on the wire: the connection ended
)

const headerBytes = 9

// MaxFrame bounds one frame; etcd's own limit for a request is 1.5 MiB, a
// response may be larger.
const MaxFrame = 64 << 20

// The first byte that a caller sends on a fresh connection, so that a port can
// serve other protocols beside this one: Magic on clients' ports, PeerMagic on
// those for other members.
const (
	Magic     = 'Q'
	PeerMagic = 'P'
)

// errHTTP is what etcd's client says of a port that answers with HTTP/1.1.
var errHTTP = errors.New("http2: failed reading the frame payload: http2: frame too large, " +
	"note that the frame header looked like an HTTP/1.1 header")

// Failure is an error that the other end answered with.
type Failure struct{ Code, Text string }

func (f *Failure) Error() string { return f.Text }

// ErrClosed means that the connection is gone: a call under way may have been
// carried out or not.
var ErrClosed = errors.New("rpc: connection closed")

// Handler serves one call. It answers by send, any number of times, and by its
// result: a last message (nil: none) or an error, which is a *Failure or any
// other. ctx ends with the connection or when the caller cancels.
type Handler func(ctx context.Context, method string, body []byte, send func(body []byte, label network.Label) error) ([]byte, network.Label, error)

// wire writes frames of one connection. While several calls are under way it
// gathers what they write at one instant into one segment, as gRPC's writer
// does. Safe for concurrent use.
type wire struct {
	conn    net.Conn
	crowded func() bool // several calls are under way

	mu      sync.Mutex
	buf     []byte
	labels  []network.Label
	flusher chan struct{} // a value makes the flusher write buf; closed at the end
	waiting bool          // the flusher has been told
	closed  bool
}

// labeled is a connection that can tell the network what it carries.
type labeled interface{ Label(network.Label) }

// unlabelled is the label of a frame that the network need not tell of.
var unlabelled network.Label

func (w *wire) write(k kind, stream uint32, head string, body []byte, label network.Label) error {
	crowded := w.crowded()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return ErrClosed
	}
	n := len(body)
	if head != "" {
		n += len(head) + 1
	}
	b := binary.BigEndian.AppendUint32(w.buf, uint32(n))
	b = append(b, byte(k))
	b = binary.BigEndian.AppendUint32(b, stream)
	if head != "" {
		b = append(append(b, head...), 0)
	}
	w.buf = append(b, body...)
	if label.Msg != "" {
		w.labels = append(w.labels, label)
	}
	switch {
	case w.waiting:
		return nil
	case crowded:
		if w.flusher == nil {
			w.flusher = make(chan struct{}, 1)
			go w.flush()
		}
		w.waiting = true
		w.flusher <- struct{}{}
		return nil
	}
	return w.send()
}

// flush is the flusher: it runs when those who write at this instant have
// written.
func (w *wire) flush() {
	for range w.flusher {
		w.mu.Lock()
		w.waiting = false
		_ = w.send() // the reading side learns of a broken connection
		w.mu.Unlock()
	}
}

// keptBytes bounds the buffer that is kept between two writes.
const keptBytes = 64 << 10

// send writes what was gathered. w.mu is held.
func (w *wire) send() error {
	if l, ok := w.conn.(labeled); ok {
		for _, label := range w.labels {
			l.Label(label)
		}
	}
	_, err := w.conn.Write(w.buf)
	if w.buf = w.buf[:0]; cap(w.buf) > keptBytes {
		w.buf = nil
	}
	w.labels = w.labels[:0]
	return err
}

func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed && w.flusher != nil {
		close(w.flusher)
	}
	w.closed = true
}

type frame struct {
	kind   kind
	stream uint32
	body   []byte
}

func readFrame(r *bufio.Reader) (frame, error) {
	var h [headerBytes]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return frame{}, err
	}
	if string(h[:5]) == "HTTP/" {
		return frame{}, errHTTP
	}
	n := binary.BigEndian.Uint32(h[:4])
	if n > MaxFrame {
		return frame{}, fmt.Errorf("rpc: a frame of %d bytes is over the limit", n)
	}
	f := frame{kind: kind(h[4]), stream: binary.BigEndian.Uint32(h[5:])}
	if n > 0 {
		f.body = make([]byte, n)
		if _, err := io.ReadFull(r, f.body); err != nil {
			return frame{}, err
		}
	}
	return f, nil
}

func splitHead(b []byte) (string, []byte) {
	for i, c := range b {
		if c == 0 {
			return string(b[:i]), b[i+1:]
		}
	}
	return string(b), nil
}

// Serve answers calls on a connection until it ends; the magic byte has been
// read. It greets the caller first. What calls wait for ends with ctx too.
func Serve(ctx context.Context, conn net.Conn, handle Handler) {
	s := &serving{values: ctx, handle: handle, calls: map[uint32]*callContext{}, next: make(chan frame)}
	s.wire = &wire{conn: conn, crowded: s.crowded}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	defer s.end()
	if s.wire.write(kindHello, 0, "", nil, unlabelled) != nil {
		return
	}
	r := bufio.NewReader(conn)
	for {
		f, err := readFrame(r)
		if err != nil {
			return
		}
		switch f.kind {
		case kindCall:
			if !s.pong(f) {
				s.start(f)
			}
		case kindCancel:
			s.cancel(f.stream)
		}
	}
}

// serving is the answering end of a connection. Its calls run on workers that
// stay for the next call: a fresh goroutine would have to grow its stack anew.
type serving struct {
	values context.Context
	wire   *wire
	handle Handler
	next   chan frame // taken by a worker that is idle; closed at the end

	mu    sync.Mutex
	calls map[uint32]*callContext
	over  bool
}

// end ends the connection and what runs for it.
func (s *serving) end() {
	s.wire.conn.Close()
	s.wire.close()
	close(s.next)
	s.mu.Lock()
	s.over = true
	calls := slices.SortedFunc(maps.Values(s.calls), func(a, b *callContext) int { return cmp.Compare(a.stream, b.stream) })
	s.mu.Unlock()
	for _, call := range calls {
		call.cancel()
	}
}

func (s *serving) start(f frame) {
	select {
	case s.next <- f:
	default:
		go s.work(f)
	}
}

func (s *serving) work(f frame) {
	for open := true; open; f, open = <-s.next {
		s.answer(f)
	}
}

func (s *serving) crowded() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls) > 1
}

func (s *serving) cancel(stream uint32) {
	s.mu.Lock()
	call := s.calls[stream]
	s.mu.Unlock()
	if call != nil {
		call.cancel()
	}
}

func (s *serving) answer(f frame) {
	call := &callContext{Context: s.values, stream: f.stream}
	s.mu.Lock()
	s.calls[f.stream] = call
	over := s.over
	s.mu.Unlock()
	if !over {
		answer(call, s.wire, f, s.handle)
	}
	s.mu.Lock()
	delete(s.calls, f.stream)
	s.mu.Unlock()
	call.cancel()
}

func answer(ctx context.Context, w *wire, f frame, handle Handler) {
	head, body := splitHead(f.body)
	with, method := callerOf(ctx, head)
	last, label, err := handle(with, method, body, func(b []byte, label network.Label) error {
		return w.write(kindMessage, f.stream, "", b, label)
	})
	if ctx.Err() != nil {
		return // nobody listens any more
	}
	var failure *Failure
	switch {
	case err == nil && last != nil:
		w.write(kindLast, f.stream, "", last, label)
	case err == nil:
		w.write(kindEnd, f.stream, "", nil, unlabelled)
	case errors.As(err, &failure):
		w.write(kindError, f.stream, failure.Code, []byte(failure.Text), label)
	default:
		w.write(kindError, f.stream, "Unknown", []byte(err.Error()), label)
	}
}

// Conn is the calling end of a connection. It is safe for concurrent use.
type Conn struct {
	w     *wire
	ready chan struct{} // closed when the server's greeting has come

	mu    sync.Mutex
	calls map[uint32]*call
	idle  []*call // calls with a single answer that are over, for the next ones
	next  uint32
	err   error
	done  chan struct{} // closed when the connection is gone
}

// call is one call under way. Of a call with a single answer, that is all its
// inbox ever gets.
type call struct {
	inbox  chan frame
	stream bool
	gone   chan struct{} // of a stream: closed when nobody reads inbox any more
}

// NewConn begins to call on a fresh connection to a client port.
func NewConn(conn net.Conn) *Conn { return newConn(conn, Magic) }

// NewPeerConn begins to call on a fresh connection to a peer port.
func NewPeerConn(conn net.Conn) *Conn { return newConn(conn, PeerMagic) }

func newConn(conn net.Conn, magic byte) *Conn {
	c := &Conn{ready: make(chan struct{}), calls: map[uint32]*call{}, done: make(chan struct{})}
	c.w = &wire{conn: conn, crowded: c.crowded}
	conn.Write([]byte{magic})
	go c.read()
	return c
}

// Ready is closed when the other end has greeted: it serves.
func (c *Conn) Ready() <-chan struct{} { return c.ready }

// Done is closed when the connection is gone; Err then tells why.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Err is why the connection is gone.
func (c *Conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// LocalAddr is this end's address.
func (c *Conn) LocalAddr() net.Addr { return c.w.conn.LocalAddr() }

// RemoteAddr is the other end's.
func (c *Conn) RemoteAddr() net.Addr { return c.w.conn.RemoteAddr() }

// Secure tells whether the connection is encrypted.
func (c *Conn) Secure() bool {
	_, plain := c.w.conn.(*network.Conn)
	return !plain
}

// Close ends the connection and every call on it.
func (c *Conn) Close() { c.w.conn.Close() }

func (c *Conn) read() {
	r := bufio.NewReader(c.w.conn)
	for {
		f, err := readFrame(r)
		if err != nil {
			c.fail(err)
			return
		}
		if f.kind == kindHello {
			close(c.ready)
			continue
		}
		if call := c.hand(f); call != nil {
			select {
			case call.inbox <- f:
			case <-call.gone:
			}
		}
	}
}

// hand gives a frame to its call. If the call is a stream, whose consumer may
// have to be waited for, it gives back that call instead.
func (c *Conn) hand(f frame) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.calls[f.stream]
	if call == nil || call.stream {
		return call
	}
	select {
	case call.inbox <- f:
	default: // a second answer: the first one counts
	}
	return nil
}

func (c *Conn) crowded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.calls) > 1
}

// fail ends the connection: every call learns it after what it was sent before.
func (c *Conn) fail(err error) {
	c.w.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
	close(c.done)
	c.w.conn.Close()
	for _, call := range c.calls {
		if !call.stream {
			select {
			case call.inbox <- frame{kind: kindGone}:
			default:
			}
		}
	}
}

// begin takes a call in, one that was used before if it is nil, and gives its
// number, or ErrClosed.
func (c *Conn) begin(one *call) (*call, uint32, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return nil, 0, ErrClosed
	}
	if last := len(c.idle) - 1; one == nil && last >= 0 {
		one, c.idle = c.idle[last], c.idle[:last]
	}
	if one == nil {
		one = &call{inbox: make(chan frame, 1)}
	}
	c.next++
	c.calls[c.next] = one
	return one, c.next, nil
}

// end forgets a call; nothing refers to it any more.
func (c *Conn) end(one *call, id uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, id)
	if one.stream {
		return
	}
	select { // an answer that came too late must not be the next call's
	case <-one.inbox:
	default:
	}
	c.idle = append(c.idle, one)
}

// Call makes one call and waits for its single answer. Errors are a *Failure,
// ErrClosed (the outcome is unknown) or ctx's.
func (c *Conn) Call(ctx context.Context, method string, body []byte, label network.Label) ([]byte, error) {
	one, id, err := c.begin(nil)
	if err != nil {
		return nil, err
	}
	defer c.end(one, id)
	return c.roundTrip(ctx, one, id, method, body, label)
}

func (c *Conn) roundTrip(ctx context.Context, call *call, id uint32, method string, body []byte, label network.Label) ([]byte, error) {
	if err := c.w.write(kindCall, id, headOf(ctx, method), body, label); err != nil {
		return nil, ErrClosed
	}
	select {
	case f := <-call.inbox:
		if f.kind == kindLast {
			return f.body, nil
		}
		return nil, f.ended()
	case <-ctx.Done():
		c.w.write(kindCancel, id, "", nil, unlabelled)
		return nil, ctx.Err()
	}
}

// ended is how a frame ended its call: nil if well.
func (f *frame) ended() error {
	switch f.kind {
	case kindError:
		code, text := splitHead(f.body)
		return &Failure{Code: code, Text: string(text)}
	case kindGone:
		return ErrClosed
	}
	return nil
}

// inboxSize lets the reader run a little ahead of a stream's consumer.
const inboxSize = 4

// Stream makes one call and hands over each message of its answer. Errors are
// those of Call, and each's own, which ends the call.
func (c *Conn) Stream(ctx context.Context, method string, body []byte, label network.Label, each func([]byte) error) error {
	call := &call{stream: true, inbox: make(chan frame, inboxSize), gone: make(chan struct{})}
	defer close(call.gone)
	_, id, err := c.begin(call)
	if err != nil {
		return err
	}
	defer c.end(call, id)
	if err := c.w.write(kindCall, id, headOf(ctx, method), body, label); err != nil {
		return ErrClosed
	}
	for {
		select {
		case f := <-call.inbox:
			if f.kind != kindMessage && f.kind != kindLast {
				return f.ended()
			}
			err := each(f.body)
			if err != nil && f.kind == kindMessage {
				c.w.write(kindCancel, id, "", nil, unlabelled)
			}
			if err != nil || f.kind == kindLast {
				return err
			}
		case <-ctx.Done():
			c.w.write(kindCancel, id, "", nil, unlabelled)
			return ctx.Err()
		case <-c.done:
			return ErrClosed
		}
	}
}
