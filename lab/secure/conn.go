// Package secure carries connections of the simulated network over TLS: Go's
// own crypto/tls, with the files and the words of etcd
// (https://etcd.io/docs/v3.6/op-guide/security/). Nothing here runs in a world
// without certificates.
package secure

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"sync"

	"quorumlab/lab/network"
)

// Wire is a connection that the network can tell the messages of: a
// *network.Conn, or a *Conn over one.
type Wire interface {
	net.Conn
	Label(network.Label)
	Remember(msg string)
	Recall() string
	RemoteHost() string
	Gone() bool
}

var (
	_ Wire = (*network.Conn)(nil)
	_ Wire = (*Conn)(nil)
)

// Conn is a connection whose bytes are encrypted. What one Write encrypts goes
// out as one segment, so that a label stands for the whole message. Safe for
// concurrent use as a tls.Conn is.
type Conn struct {
	*tls.Conn
	wire    *gathered
	sending sync.Mutex
}

// Label names a message that the next Write holds.
func (c *Conn) Label(l network.Label) { c.wire.Label(l) }

// Remember and Recall are the network's (see network.Conn).
func (c *Conn) Remember(msg string) { c.wire.Remember(msg) }

// Recall takes the oldest note, "" if there is none.
func (c *Conn) Recall() string { return c.wire.Recall() }

// RemoteHost is the name of the machine at the other end.
func (c *Conn) RemoteHost() string { return c.wire.RemoteHost() }

// Gone tells whether the connection below is at an end.
func (c *Conn) Gone() bool { return c.wire.Gone() }

// Write encrypts p and sends it.
func (c *Conn) Write(p []byte) (int, error) {
	c.sending.Lock()
	defer c.sending.Unlock()
	c.wire.gather()
	n, err := c.Conn.Write(p)
	if flushed := c.wire.release(); err == nil && flushed != nil {
		return 0, flushed
	}
	return n, err
}

// gathered is the wire below a Conn; while it gathers, records wait to go out
// together.
type gathered struct {
	*network.Conn
	mu      sync.Mutex
	on      bool
	records []byte
}

func (g *gathered) gather() {
	g.mu.Lock()
	g.on = true
	g.mu.Unlock()
}

// release sends what was gathered.
func (g *gathered) release() error {
	g.mu.Lock()
	records := g.records
	g.on, g.records = false, nil
	g.mu.Unlock()
	if len(records) == 0 {
		return nil
	}
	_, err := g.Conn.Write(records)
	return err
}

func (g *gathered) Write(p []byte) (int, error) {
	g.mu.Lock()
	if g.on {
		g.records = append(g.records, p...)
		g.mu.Unlock()
		return len(p), nil
	}
	g.mu.Unlock()
	return g.Conn.Write(p)
}

// Client shakes hands with a server. The error is crypto/tls's; the wire is
// closed then. Under TLS 1.3 a server that refuses the client's certificate
// says so after this has returned: the first Read tells.
func Client(ctx context.Context, wire *network.Conn, config *tls.Config) (*Conn, error) {
	g := &gathered{Conn: wire}
	return shake(ctx, &Conn{Conn: tls.Client(g, config), wire: g})
}

// Agree tells why a client and a server would refuse each other; nil if a
// handshake between them succeeds. Nothing is sent on the network.
func Agree(client, server *tls.Config) error {
	near, far := net.Pipe()
	asks, answers := post(near), post(far)
	defer asks.Close()
	defer answers.Close()
	refused := make(chan error, 1)
	go func() { refused <- tls.Server(answers, server).Handshake() }()
	err := tls.Client(asks, client).Handshake() // each end tells the other before it fails
	return errors.Join(err, <-refused)
}

// posted is an end of a pipe that does not wait until the other reads: the two
// of a handshake may write at the same time.
type posted struct {
	net.Conn
	out chan []byte
}

// records is more than a handshake writes.
const records = 64

func post(c net.Conn) *posted {
	p := &posted{c, make(chan []byte, records)}
	go func() {
		for b := range p.out {
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	}()
	return p
}

func (p *posted) Write(b []byte) (int, error) {
	select {
	case p.out <- slices.Clone(b):
		return len(b), nil
	default:
		return 0, io.ErrShortWrite
	}
}

// Close ends the pipe; what was not read is lost.
func (p *posted) Close() error {
	close(p.out)
	return p.Conn.Close()
}

// errNoTLS is what crypto/tls says of a peer that speaks something else.
var errNoTLS = errors.New("tls: first record does not look like a TLS handshake")

// recordHandshake is the type of the first record of a TLS connection (RFC 8446, 5.1).
const recordHandshake = 22

// Server shakes hands with a client. One that does not speak TLS is told by its
// first byte: crypto/tls would wait for five.
func Server(ctx context.Context, wire *network.Conn, config *tls.Config) (*Conn, error) {
	first := make([]byte, 1)
	if _, err := io.ReadFull(wire, first); err != nil {
		wire.Close()
		return nil, err
	}
	if first[0] != recordHandshake {
		wire.Close()
		return nil, errNoTLS
	}
	g := &gathered{Conn: wire}
	return shake(ctx, &Conn{Conn: tls.Server(&begun{g, first}, config), wire: g})
}

func shake(ctx context.Context, c *Conn) (*Conn, error) {
	if err := c.HandshakeContext(ctx); err != nil {
		c.wire.Close()
		return c, err
	}
	return c, nil
}

// begun reads again the byte that was read already.
type begun struct {
	*gathered
	first []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.first) == 0 || len(p) == 0 {
		return b.gathered.Read(p)
	}
	n := copy(p, b.first)
	b.first = nil
	return n, nil
}

// Name is the server name that a client asked for, "" if it dialed an address
// or c is nil.
func (c *Conn) Name() string {
	if c == nil {
		return ""
	}
	return c.ConnectionState().ServerName
}
