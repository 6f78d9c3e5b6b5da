package network

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"
)

// Retransmission timeouts: Linux's minimum to begin with, doubled up to a
// maximum that is far below Linux's, so that a healed link is found soon.
const (
	rtoMin = 200 * time.Millisecond
	rtoMax = 1 * time.Second
)

// window bounds the bytes that one direction holds unread or in flight; a
// Write beyond it waits.
const window = 4 << 20

// Conn is one end of a connection. It implements net.Conn; deadlines are in
// virtual time. Reads and writes may be concurrent with each other.
type Conn struct {
	host          *Host
	peer          *Conn
	local, remote Addr
	server        *Host // the listening side
	port          int
	seq           uint64

	wake sync.Cond // anything changed for a Read or Write here

	in      []arrived // not yet read
	inBytes int
	eof     bool
	err     error // why the connection is gone
	closed  bool

	readDeadline, writeDeadline time.Time
	alarm                       *time.Timer
	alarmAt                     time.Time

	labels []Label // of the messages in the next Write
	notes  []string

	// the direction from here to peer
	flight      []*segment
	flightBytes int
	due         bool          // the head of flight is in the network's queue
	last        time.Duration // when the last segment arrives
	rto         time.Duration
	out         *link // from here to peer
}

type segment struct {
	data    []byte
	at      time.Duration // of arrival, or of retransmission if lost
	lost    bool
	fin     bool
	rst     bool
	ids     []uint64 // of the labelled messages in it
	dropped bool     // the tap was told so
	tries   int      // retransmissions

	postponed bool // at was moved by hand, after it was queued
}

// Dial opens a connection to ip:port. It fails as the real one does: "connect:
// connection refused" if nothing listens, "i/o timeout" (os.ErrDeadlineExceeded)
// if nothing answers within timeout (0: no limit), "no route to host" for an
// address nobody has, "no such host" for a name.
func (h *Host) Dial(ip string, port int, timeout time.Duration) (*Conn, error) {
	n := h.net
	n.mu.Lock()
	defer n.mu.Unlock()
	for h.paused {
		h.resumed.Wait()
	}
	if ip == "localhost" {
		ip = "127.0.0.1"
	}
	if n.unused(h, ip) {
		return nil, dialError(ip, port, fmt.Errorf("connect: %w", errRefused))
	}
	target := n.lookup(h, ip)
	if target == nil {
		return nil, unknownHost(ip, port)
	}
	d := &dial{done: false}
	d.wake.L = &n.mu
	n.syn(d, h, target, ip, port, rtoMin)
	var expired bool
	if timeout > 0 {
		timer := time.AfterFunc(timeout, func() {
			n.mu.Lock()
			expired = true
			d.wake.Broadcast()
			n.mu.Unlock()
		})
		defer timer.Stop()
	}
	for !d.done && !expired {
		d.wake.Wait()
	}
	for h.paused {
		h.resumed.Wait()
	}
	if d.done {
		return d.conn, d.err
	}
	d.done = true
	return nil, dialError(ip, port, os.ErrDeadlineExceeded)
}

// lookup finds the machine at an address. Those of 127.0.0.0/8 are the caller's
// own, unless a machine was given one: then the whole network is one computer.
func (n *Network) lookup(from *Host, ip string) *Host {
	if target := n.byIP[ip]; target != nil {
		return target
	}
	if strings.HasPrefix(ip, "127.") {
		return from
	}
	return n.hosts[ip]
}

func unknownHost(host string, port int) error {
	if _, err := netip.ParseAddr(host); err != nil {
		return &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	}
	return dialError(host, port, errors.New("connect: no route to host"))
}

// unused tells whether an address is one of a computer's own on which nobody
// listens: where the whole network is one computer, each machine has one of them.
func (n *Network) unused(from *Host, ip string) bool {
	return strings.HasPrefix(ip, "127.") && strings.HasPrefix(from.ip, "127.") && n.byIP[ip] == nil
}

func dialError(ip string, port int, err error) error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: Addr{ip, port}, Err: err}
}

type dial struct {
	wake sync.Cond
	done bool
	conn *Conn
	err  error
}

func (d *dial) finish(c *Conn, err error) {
	if d.done {
		return
	}
	d.done, d.conn, d.err = true, c, err
	d.wake.Broadcast()
}

// syn sends a SYN now, and again later if it is dropped on either way.
func (n *Network) syn(d *dial, from, to *Host, ip string, port int, rto time.Duration) {
	if d.done {
		return
	}
	retry := func() {
		n.schedule(item{at: n.now() + rto, run: func(n *Network) { n.syn(d, from, to, ip, port, min(2*rto, rtoMax)) }})
	}
	if n.obstacle(from, to, to, port) != "" {
		retry()
		return
	}
	arrive := n.now() + n.linkLocked(from, to).delay()
	n.schedule(item{at: arrive, run: func(n *Network) {
		l := to.listeners[port]
		if n.obstacle(to, from, to, port) != "" {
			retry()
			return
		}
		back := n.now() + n.linkLocked(to, from).delay()
		if l == nil {
			n.schedule(item{at: back, run: func(*Network) {
				d.finish(nil, dialError(ip, port, fmt.Errorf("connect: %w", errRefused)))
			}})
			return
		}
		n.schedule(item{at: back, run: func(n *Network) { n.established(d, from, to, l, ip, port) }})
	}})
}

func (n *Network) established(d *dial, from, to *Host, l *Listener, ip string, port int) {
	if d.done {
		return
	}
	if l.closed {
		d.finish(nil, dialError(ip, port, fmt.Errorf("connect: %w", errRefused)))
		return
	}
	from.nextPort++
	ephemeral := 32768 + from.nextPort%28000
	localIP := from.ip
	if from == to {
		localIP = ip
	}
	a := n.newConn(from, to, port, Addr{localIP, ephemeral}, Addr{ip, port})
	b := n.newConn(to, to, port, Addr{ip, port}, Addr{localIP, ephemeral})
	a.peer, b.peer = b, a
	a.out, b.out = n.linkLocked(from, to), n.linkLocked(to, from)
	l.backlog = append(l.backlog, b)
	l.wake.Signal()
	d.finish(a, nil)
}

func (n *Network) newConn(h, server *Host, port int, local, remote Addr) *Conn {
	n.seq++
	c := &Conn{host: h, server: server, port: port, local: local, remote: remote, seq: n.seq, rto: rtoMin}
	c.wake.L = &n.mu
	h.conns[c] = struct{}{}
	return c
}

// LocalAddr is our end.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr is the other end.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// RemoteHost is the name of the machine at the other end.
func (c *Conn) RemoteHost() string { return c.peer.host.name }

// Gone tells whether the connection is at an end: broken, or closed by either
// side. A process that only waits on it has not heard of that yet.
func (c *Conn) Gone() bool {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	return c.err != nil || c.eof || c.closed
}

// Label names a message that the next Write holds; several labels name several.
func (c *Conn) Label(l Label) {
	c.host.net.mu.Lock()
	c.labels = append(c.labels, l)
	c.host.net.mu.Unlock()
}

// Remember notes at the other end what kind of request was sent there; Recall
// at that end gives the notes back in order. The replies of a protocol that
// answers in order are told apart by them.
func (c *Conn) Remember(msg string) {
	c.host.net.mu.Lock()
	c.peer.notes = append(c.peer.notes, msg)
	c.host.net.mu.Unlock()
}

// Recall takes the oldest note, "" if there is none.
func (c *Conn) Recall() string {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	if len(c.notes) == 0 {
		return ""
	}
	msg := c.notes[0]
	c.notes = dropped(c.notes, 1)
	return msg
}

// Read waits for bytes.
func (c *Conn) Read(p []byte) (int, error) {
	n := c.host.net
	n.mu.Lock()
	defer n.mu.Unlock()
	for {
		switch {
		case c.host.paused:
			c.host.resumed.Wait()
			continue
		case c.closed:
			return 0, c.opError("read", net.ErrClosed)
		case c.inBytes > 0:
			return c.take(p), nil
		case c.err != nil:
			return 0, c.opError("read", c.err)
		case c.eof:
			return 0, io.EOF
		case c.expired(c.readDeadline):
			return 0, c.opError("read", os.ErrDeadlineExceeded)
		case len(p) == 0:
			return 0, nil
		}
		c.setAlarm(c.readDeadline)
		c.wake.Wait()
	}
}

func (c *Conn) take(p []byte) int {
	total, read := 0, 0
	for read < len(c.in) && total < len(p) {
		k := copy(p[total:], c.in[read].unread())
		total += k
		c.in[read].taken += k
		if len(c.in[read].unread()) == 0 {
			c.host.net.recycle(c.in[read].data)
			read++
		}
	}
	clear(c.in[:read])
	c.in = dropped(c.in, read)
	full := c.inBytes+c.peer.flightBytes >= window
	c.inBytes -= total
	if full {
		c.peer.wake.Broadcast()
	}
	return total
}

// dropped is a queue without its first n elements; one that is empty then, as it
// mostly is, keeps its room.
func dropped[E any](queue []E, n int) []E {
	if n == len(queue) {
		return queue[:0]
	}
	return queue[n:]
}

// arrived is a segment's bytes that wait to be read.
type arrived struct {
	data  []byte
	taken int
}

func (a *arrived) unread() []byte { return a.data[a.taken:] }

// Bounds of what is kept for the next segments: buffers, and bytes of each.
const (
	spareMax      = 64
	spareBytesMax = 4 << 10
)

// recycle keeps the buffer of a segment that was read.
func (n *Network) recycle(b []byte) {
	if cap(b) <= spareBytesMax && len(n.spare) < spareMax {
		n.spare = append(n.spare, b[:0])
	}
}

// copyOf copies the bytes of a segment that is sent.
func (n *Network) copyOf(p []byte) []byte {
	last := len(n.spare) - 1
	if last < 0 || cap(n.spare[last]) < len(p) {
		return append(make([]byte, 0, len(p)), p...)
	}
	b := append(n.spare[last], p...)
	n.spare = n.spare[:last]
	return b
}

// Write sends p as one segment. It waits only while the window is full.
func (c *Conn) Write(p []byte) (int, error) {
	n := c.host.net
	n.mu.Lock()
	defer n.mu.Unlock()
	for {
		switch {
		case c.host.paused:
			c.host.resumed.Wait()
			continue
		case c.closed:
			return 0, c.opError("write", net.ErrClosed)
		case c.err != nil:
			return 0, c.opError("write", c.err)
		case c.expired(c.writeDeadline):
			return 0, c.opError("write", os.ErrDeadlineExceeded)
		case c.flightBytes+c.peer.inBytes >= window:
			c.setAlarm(c.writeDeadline)
			c.wake.Wait()
			continue
		}
		s := &segment{data: n.copyOf(p)}
		for i := range c.labels {
			n.ids++
			s.ids = append(s.ids, n.ids)
			l := &c.labels[i]
			if len(c.labels) == 1 {
				l.Bytes = max(l.Bytes, int64(len(p)))
			}
			if n.tap != nil {
				n.tap.Sent(n.ids, c.host.name, c.peer.host.name, *l)
			}
		}
		labels := c.labels
		c.labels = c.labels[:0]
		c.transmit(s)
		if len(n.orders) > 0 {
			n.obey(c, s, labels)
		}
		return len(p), nil
	}
}

// transmit puts a segment into flight behind those before it.
func (c *Conn) transmit(s *segment) {
	c.flight = append(c.flight, s)
	c.flightBytes += len(s.data)
	c.launch(s, c.host.net.now())
	c.scheduleHead()
}

// launch decides when a segment arrives, or that it is lost and when it is
// sent again.
func (c *Conn) launch(s *segment, now time.Duration) {
	n := c.host.net
	if why := n.hindrance(c.out, c.server, c.port); why != "" {
		c.lose(s, why, now)
		return
	}
	s.lost = false
	s.at = max(now+c.out.delay(), c.last)
	c.last = s.at
}

func (c *Conn) lose(s *segment, why string, now time.Duration) {
	s.lost = true
	s.at = now + c.rto
	if !s.dropped {
		s.dropped = true
		c.tapDropped(s, why)
	}
}

func (c *Conn) tapDropped(s *segment, why string) {
	if tap := c.host.net.tap; tap != nil {
		for _, id := range s.ids {
			tap.Dropped(id, why)
		}
	}
}

// tapResent tells that a lost segment is in flight again.
func (c *Conn) tapResent(s *segment) {
	if !s.dropped {
		return
	}
	s.dropped = false
	if tap := c.host.net.tap; tap != nil {
		for _, id := range s.ids {
			tap.Resent(id)
		}
	}
}

func (c *Conn) scheduleHead() {
	if c.due || len(c.flight) == 0 {
		return
	}
	c.due = true
	c.host.net.schedule(item{at: c.flight[0].at, c: c})
}

// flightDue handles the head of the flight: it arrives, or is sent again.
func (c *Conn) flightDue(now time.Duration) {
	c.due = false
	if len(c.flight) == 0 {
		return
	}
	s := c.flight[0]
	if s.postponed && now < s.at {
		c.scheduleHead()
		return
	}
	s.postponed = false
	switch {
	case s.lost && s.last() && s.tries >= orphanTries:
		c.flight = nil
		c.peer.timeOut()
	case s.lost:
		s.tries++
		c.rto = min(2*c.rto, rtoMax)
		c.launch(s, now)
		if !s.lost {
			c.tapResent(s)
		}
		c.pushBack(now)
	case c.out.Cut:
		c.lose(s, WhyCut, now) // it was under way when the link was cut
	case c.server.drops(c.port):
		c.lose(s, WhyFirewall, now)
	default:
		c.rto = rtoMin
		c.flight[0] = nil
		c.flight = dropped(c.flight, 1)
		c.flightBytes -= len(s.data)
		c.peer.arrive(s)
	}
	c.scheduleHead()
}

// orphanTries bounds how often the end of a closed connection is sent again
// (Linux: tcp_orphan_retries).
const orphanTries = 8

func (s *segment) last() bool { return s.fin || s.rst }

// timeOut ends a connection whose other end went away unheard, as a
// keep-alive does.
func (c *Conn) timeOut() {
	if c.err == nil && !c.closed {
		c.err = errTimedOut
		c.forget()
		c.wake.Broadcast()
	}
}

// pushBack keeps the order: what follows a lost segment cannot arrive before it.
func (c *Conn) pushBack(now time.Duration) {
	for i := 1; i < len(c.flight); i++ {
		s := c.flight[i]
		if s.lost && !c.flight[0].lost {
			c.launch(s, now)
			if !s.lost {
				c.tapResent(s)
			}
		}
		s.at = max(s.at, c.flight[i-1].at)
	}
}

// arrive hands a segment to this end.
func (c *Conn) arrive(s *segment) {
	if c.closed || c.err != nil {
		c.tapDropped(s, WhyReset)
		if !s.rst && c.peer.err == nil {
			c.sendReset() // the answer to bytes for a connection that is gone
		}
		return
	}
	if tap := c.host.net.tap; tap != nil {
		for _, id := range s.ids {
			tap.Delivered(id)
		}
	}
	switch {
	case s.rst:
		c.err = errReset
		c.forget()
	case s.fin:
		c.eof = true
	default:
		c.in = append(c.in, arrived{data: s.data})
		c.inBytes += len(s.data)
	}
	c.wake.Broadcast()
}

// Close sends what was written, then the end of the stream.
func (c *Conn) Close() error {
	n := c.host.net
	n.mu.Lock()
	defer n.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	if c.err == nil && !c.peer.closed {
		c.transmit(&segment{fin: true})
	}
	c.forget()
	c.wake.Broadcast()
	return nil
}

// abortLocked ends the connection as the death of its process does.
func (c *Conn) abortLocked() {
	if c.err == nil && !c.closed {
		c.err = errReset
		c.sendReset()
	}
	c.forget()
	c.wake.Broadcast()
}

// sendReset drops what is still in flight and sends a RST, which travels as
// any segment does.
func (c *Conn) sendReset() {
	for _, s := range c.flight {
		if !s.dropped {
			c.tapDropped(s, WhyReset)
		}
	}
	c.flight, c.flightBytes = nil, 0
	c.transmit(&segment{rst: true})
}

func (c *Conn) forget() {
	delete(c.host.conns, c)
	if c.alarm != nil {
		c.alarm.Stop()
	}
	c.in, c.inBytes = nil, 0
}

func (c *Conn) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}

func (c *Conn) expired(deadline time.Time) bool {
	return !deadline.IsZero() && time.Until(deadline) <= 0
}

// setAlarm wakes this end at the deadline, or earlier: a timer that was set
// for an earlier deadline is left alone, so that moving a deadline with every
// message costs nothing.
func (c *Conn) setAlarm(deadline time.Time) {
	if deadline.IsZero() || (!c.alarmAt.IsZero() && !deadline.Before(c.alarmAt)) {
		return
	}
	c.alarmAt = deadline
	d := max(time.Until(deadline), 0)
	if c.alarm == nil {
		c.alarm = time.AfterFunc(d, c.alarmed)
		return
	}
	c.alarm.Reset(d)
}

func (c *Conn) alarmed() {
	n := c.host.net
	n.mu.Lock()
	defer n.mu.Unlock()
	c.alarmAt = time.Time{}
	c.wake.Broadcast()
}

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

// SetReadDeadline bounds Reads, also one that waits already.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	earlier := !t.IsZero() && (c.readDeadline.IsZero() || t.Before(c.readDeadline))
	c.readDeadline = t
	if earlier {
		c.wake.Broadcast()
	}
	return nil
}

// SetWriteDeadline bounds Writes.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	c.writeDeadline = t
	return nil
}
