// Package network simulates the wires between machines: TCP connections over
// links that have a latency, jitter and loss in each direction, that can be cut
// either way, and ports that a firewall can close. Connections are net.Conns,
// so that raft's own NetworkTransport and crypto/tls run over them unchanged.
//
// What is kept of TCP: bytes arrive once and in order; a lost segment is sent
// again after a retransmission timeout and holds back what follows it; a
// closed port refuses, a dropped SYN times out; a process that dies resets its
// connections. There is no bandwidth limit.
//
// All times are virtual. One timer serves the whole network, so that an idle
// connection costs nothing.
package network

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sort"
	"sync"
	"time"
)

// Tap hears of labelled messages (see Conn.Label) on their way. It is called
// with the network locked and must not call back.
type Tap interface {
	Sent(id uint64, from, to string, label Label)
	Delivered(id uint64)
	Dropped(id uint64, why string)
	Resent(id uint64)
	Delayed(id uint64, by time.Duration) // it will arrive so much later
}

// Why a message was dropped.
const (
	WhyCut      = "cut"      // the link is cut in this direction
	WhyLoss     = "loss"     // lost by chance
	WhyFirewall = "firewall" // the port is closed by a firewall
	WhyDown     = "down"     // nothing runs at the other end
	WhyReset    = "reset"    // the connection is gone
)

// Label says what a message is; it is carried beside the bytes, for the tap.
type Label struct {
	Msg     string
	Term    uint64
	Index   uint64
	LogTerm uint64
	Entries int
	Commit  uint64
	Granted bool
	OK      bool
	Bytes   int64
	Method  string
	Key     string
}

// Network is the set of all machines and the links between them.
// It is safe for concurrent use.
type Network struct {
	mu     sync.Mutex
	hosts  map[string]*Host // by name
	byIP   map[string]*Host
	links  map[[2]*Host]*link
	tap    Tap
	queue  queue
	timer  *time.Timer
	closed bool
	ended  chan struct{} // closed when run has returned
	armed  time.Duration // when the timer fires, or unarmed
	seq    uint64
	ids    uint64
	normal LinkState
	born   time.Time
	orders []Order  // for messages to come
	spare  [][]byte // of segments that were read, for the next ones
}

// unarmed means that the timer need not fire.
const unarmed time.Duration = -1

// now is the time since the network was made. It is the one clock read that
// time.Since needs; time.Now would read two.
func (n *Network) now() time.Duration { return time.Since(n.born) }

// New makes a network whose links have the given state until it is changed;
// tap may be nil.
func New(defaultLink LinkState, tap Tap) *Network {
	n := &Network{
		timer:  time.NewTimer(time.Hour),
		ended:  make(chan struct{}),
		hosts:  map[string]*Host{},
		byIP:   map[string]*Host{},
		links:  map[[2]*Host]*link{},
		tap:    tap,
		normal: defaultLink,
		born:   time.Now(),
		armed:  unarmed,
	}
	go n.run()
	return n
}

// Close stops the network: nothing arrives any more.
func (n *Network) Close() {
	n.mu.Lock()
	n.closed = true
	n.timer.Reset(0)
	n.mu.Unlock()
	<-n.ended
}

// AddHost adds a machine with one address. It panics if either is taken:
// the world's own plan is wrong then.
func (n *Network) AddHost(name, ip string) *Host {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.hosts[name] != nil || n.byIP[ip] != nil {
		panic(fmt.Sprintf("network: host %s or address %s is there already", name, ip))
	}
	h := &Host{net: n, name: name, ip: ip, listeners: map[int]*Listener{}, conns: map[*Conn]struct{}{}, blocked: map[int]bool{}}
	h.resumed.L = &n.mu
	n.hosts[name], n.byIP[ip] = h, h
	return h
}

// Host is one machine: an address, listening ports, and the connections of the
// process that runs on it.
type Host struct {
	net       *Network
	name, ip  string
	listeners map[int]*Listener
	conns     map[*Conn]struct{}
	blocked   map[int]bool
	paused    bool
	resumed   sync.Cond
	nextPort  int
}

// Name is the machine's name.
func (h *Host) Name() string { return h.name }

// IP is the machine's address.
func (h *Host) IP() string { return h.ip }

// Kill ends every connection and listener of the machine at once, as the
// kernel does when a process dies: the others learn it by a reset, if the
// links let it through.
func (h *Host) Kill() {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	for port, l := range h.listeners {
		l.closeLocked()
		delete(h.listeners, port)
	}
	for _, c := range h.sortedConns() {
		c.abortLocked()
	}
	h.paused = false
	h.resumed.Broadcast()
}

// sortedConns fixes an order, so that resets leave in the order in which the
// connections were made.
func (h *Host) sortedConns() []*Conn {
	conns := make([]*Conn, 0, len(h.conns))
	for c := range h.conns {
		conns = append(conns, c)
	}
	sort.Slice(conns, func(i, j int) bool { return conns[i].seq < conns[j].seq })
	return conns
}

// Pause freezes the machine's process: it neither reads nor writes nor accepts
// until Resume, while its kernel goes on acknowledging what arrives.
func (h *Host) Pause() { h.setPaused(true) }

// Resume ends a pause.
func (h *Host) Resume() { h.setPaused(false) }

func (h *Host) setPaused(paused bool) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	h.paused = paused
	if paused {
		return
	}
	h.resumed.Broadcast()
	for _, c := range h.sortedConns() {
		c.wake.Broadcast()
	}
}

// Block drops every segment to or from a port of this machine; Unblock ends
// that. Connections stay: what they carry waits for retransmission.
func (h *Host) Block(port int, blocked bool) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	if blocked {
		h.blocked[port] = true
	} else {
		delete(h.blocked, port)
	}
}

func (h *Host) drops(port int) bool { return len(h.blocked) > 0 && h.blocked[port] }

// Blocked tells whether a port is blocked.
func (h *Host) Blocked(port int) bool {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	return h.blocked[port]
}

// WaitWhilePaused returns at once unless the machine is paused.
func (h *Host) WaitWhilePaused() {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	for h.paused {
		h.resumed.Wait()
	}
}

// Addr is one end of a connection.
type Addr struct {
	IP   string
	Port int
}

// Network is "tcp".
func (a Addr) Network() string { return "tcp" }

// String is "ip:port".
func (a Addr) String() string { return fmt.Sprintf("%s:%d", a.IP, a.Port) }

// Listener accepts connections on one port of a host.
type Listener struct {
	host    *Host
	port    int
	backlog []*Conn
	wake    sync.Cond
	closed  bool
}

// Listen opens a port. It fails if the port is taken.
func (h *Host) Listen(port int) (*Listener, error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	if h.listeners[port] != nil {
		return nil, fmt.Errorf("listen tcp %s:%d: bind: address already in use", h.ip, port)
	}
	l := &Listener{host: h, port: port}
	l.wake.L = &h.net.mu
	h.listeners[port] = l
	return l, nil
}

// Accept waits for the next connection. It returns net.ErrClosed after Close.
func (l *Listener) Accept() (net.Conn, error) {
	n := l.host.net
	n.mu.Lock()
	defer n.mu.Unlock()
	for {
		for l.host.paused && !l.closed {
			l.host.resumed.Wait()
		}
		if l.closed {
			return nil, net.ErrClosed
		}
		if len(l.backlog) > 0 {
			c := l.backlog[0]
			l.backlog = l.backlog[1:]
			return c, nil
		}
		l.wake.Wait()
	}
}

// Close ends the listener; waiting Accepts return.
func (l *Listener) Close() error {
	l.host.net.mu.Lock()
	defer l.host.net.mu.Unlock()
	if l.host.listeners[l.port] == l {
		delete(l.host.listeners, l.port)
	}
	l.closeLocked()
	return nil
}

func (l *Listener) closeLocked() {
	l.closed = true
	for _, c := range l.backlog {
		c.abortLocked()
	}
	l.backlog = nil
	l.wake.Broadcast()
	l.host.resumed.Broadcast()
}

// Addr is the address listened on.
func (l *Listener) Addr() net.Addr { return Addr{l.host.ip, l.port} }

func (n *Network) chance(permille int64) bool {
	return permille > 0 && rand.Int64N(1000) < permille
}
