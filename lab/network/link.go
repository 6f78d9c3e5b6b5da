package network

import (
	"math/rand/v2"
	"time"
)

// LinkState is one direction of a link.
type LinkState struct {
	Cut          bool
	Latency      time.Duration // one way
	Jitter       time.Duration // a segment takes up to so much longer, uniformly
	LossPermille int64
}

type link struct{ LinkState }

// LinkState tells the state of the link from one host to another. Names that
// are unknown have the default state.
func (n *Network) LinkState(from, to string) LinkState {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.linkLocked(n.hosts[from], n.hosts[to]).LinkState
}

// SetLink changes one direction of a link.
func (n *Network) SetLink(from, to string, change func(*LinkState)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change(&n.linkLocked(n.hosts[from], n.hosts[to]).LinkState)
}

// loopback is the latency of a host to itself.
const loopback = 50 * time.Microsecond

func (n *Network) linkLocked(from, to *Host) *link {
	key := [2]*Host{from, to}
	l := n.links[key]
	if l == nil {
		l = &link{n.normal}
		if from == to {
			l.Latency = loopback
		}
		n.links[key] = l
	}
	return l
}

func (l *link) delay() time.Duration {
	d := l.Latency
	if l.Jitter > 0 {
		d += time.Duration(rand.Int64N(int64(l.Jitter) + 1))
	}
	return d
}

// obstacle says why a segment from one host to a port of another (or back from
// it) does not get through now; "" if it does.
func (n *Network) obstacle(from, to *Host, server *Host, port int) string {
	return n.hindrance(n.linkLocked(from, to), server, port)
}

// hindrance is obstacle for a link that is known.
func (n *Network) hindrance(l *link, server *Host, port int) string {
	switch {
	case l.Cut:
		return WhyCut
	case server.drops(port):
		return WhyFirewall
	case n.chance(l.LossPermille):
		return WhyLoss
	}
	return ""
}
