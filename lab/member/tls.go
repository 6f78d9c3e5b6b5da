package member

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"quorumlab/lab/network"
	"quorumlab/lab/secure"
)

// ports is how a member secures what it listens on and what it dials; a nil
// configuration is a port in plain text.
type ports struct {
	clients *tls.Config // of the client port
	peers   *tls.Config // of the peer port
	dial    *tls.Config // to other members' peer ports
}

// handshakePatience bounds a handshake with somebody who does not go on.
const handshakePatience = 10 * time.Second

// openPorts reads the certificates once; the error is what etcd ends with.
func (m *Member) openPorts() (err error) {
	if files := m.cfg.PeerTLS; files != nil {
		m.line("info", "", "embed/etcd.go:544", "starting with peer TLS", field("tls-info", files.String()), field("cipher-suites", []string{}))
		if m.ports.peers, err = files.Server(); err != nil {
			return err
		}
		if m.ports.dial, err = files.Client(); err != nil {
			return err
		}
	}
	if files := m.cfg.ClientTLS; files != nil {
		m.line("info", "", "embed/etcd.go:766", "starting with client TLS", field("tls-info", files.String()), field("cipher-suites", []string{}))
		m.ports.clients, err = files.Server()
	}
	return err
}

// secured shakes hands on a connection that was accepted, if the port speaks
// TLS. What is refused is logged and closed.
func (m *Member) secured(c *network.Conn, config *tls.Config, endpoint string) (secure.Wire, bool) {
	if config == nil {
		return c, true
	}
	ctx, cancel := context.WithTimeout(m.ctx, handshakePatience)
	defer cancel()
	safe, err := secure.Server(ctx, c, config)
	if err == nil {
		return safe, true
	}
	if m.ctx.Err() == nil {
		m.line("warn", "", "embed/config_logging.go:194", "rejected connection on "+endpoint+" endpoint",
			field("remote-addr", c.RemoteAddr().String()), field("server-name", safe.Name()), field("error", err.Error()))
	}
	return nil, false
}

// Admits tells why one who dials this member's peer port at an address with
// these files (nil: in plain text) would not be served there.
func (m *Member) Admits(dialing *secure.Files, ip string) error {
	switch {
	case dialing == nil && m.ports.peers == nil:
		return nil
	case dialing == nil || m.ports.peers == nil:
		return errors.New("one of the two speaks TLS, the other does not")
	}
	config, err := dialing.Client()
	if err != nil {
		return err
	}
	config.ServerName = ip
	return secure.Agree(config, m.ports.peers)
}

// dialPeer makes a connection to another member's peer port, "ip:port".
func (m *Member) dialPeer(address string, timeout time.Duration) (secure.Wire, error) {
	if m.dead.Load() {
		return nil, net.ErrClosed
	}
	ip, port, err := splitAddress(address)
	if err != nil {
		return nil, err
	}
	wire, err := m.cfg.Host.Dial(ip, port, timeout)
	if err != nil {
		return nil, err
	}
	if m.ports.dial == nil {
		return wire, nil
	}
	config := m.ports.dial.Clone()
	config.ServerName = ip
	ctx, cancel := context.WithTimeout(m.ctx, timeout)
	defer cancel()
	safe, err := secure.Client(ctx, wire, config)
	if err != nil {
		return nil, err
	}
	return safe, nil
}
