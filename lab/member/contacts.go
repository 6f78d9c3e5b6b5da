package member

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"quorumlab/lab/secure"
)

// contacts is what a member knows of its peers by what passes between them: who
// was heard of, who cannot be reached. It exists for the log and /metrics;
// nothing is decided by it. Safe for concurrent use.
type contacts struct {
	mu    sync.Mutex
	peers map[string]*contact // by ID
}

type contact struct {
	active bool
	since  time.Time // of the last change of active
	heard  time.Time
	lost   int       // streams that were told lost since it was active
	probed time.Time // when a failed probe was last told
	beats  int
}

// peer finds or makes a contact. mu is held.
func (c *contacts) peer(id string) *contact {
	if c.peers == nil {
		c.peers = map[string]*contact{}
	}
	if c.peers[id] == nil {
		c.peers[id] = &contact{}
	}
	return c.peers[id]
}

// active tells of every peer that was ever heard of whether it is active.
func (c *contacts) active() map[string]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]bool{}
	for id, p := range c.peers {
		all[id] = p.active
	}
	return all
}

// heardSince counts the peers that answered at or after a time.
func (c *contacts) heardSince(t time.Time) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.peers {
		if !p.heard.Before(t) {
			n++
		}
	}
	return n
}

// The streams between two members of etcd's; here a peer's connections stand
// for them.
var streams = [...]string{"stream MsgApp v2", "stream Message"}

// probeEvery is rafthttp's interval of probing a peer.
const (
	probeEvery  = 5 * time.Second
	beatsASound = int(probeEvery / (ElectionTimeout / 10)) // heartbeats from one measured round trip to the next
)

// heard notes an answer of a peer, or a request from it (took 0).
func (m *Member) heard(id string, took time.Duration) {
	now := time.Now()
	m.contacts.mu.Lock()
	p := m.contacts.peer(id)
	p.heard = now
	measured := took > 0 && p.beats%beatsASound == 0
	if took > 0 {
		p.beats++
	}
	fresh := !p.active
	if fresh {
		p.active, p.since, p.lost = true, now, 0
	}
	m.contacts.mu.Unlock()
	if measured {
		m.metrics.roundTrip(id, took)
	}
	if !fresh {
		return
	}
	m.line("info", "", "rafthttp/peer_status.go:53", "peer became active", field("peer-id", id))
	for _, s := range streams {
		m.line("info", "", "rafthttp/stream.go:411", "established TCP streaming connection with remote peer",
			field("stream-reader-type", s), field("local-member-id", m.id()), field("remote-peer-id", id))
	}
}

// unheard notes that a peer could not be reached, or did not answer.
func (m *Member) unheard(id string, err error) {
	now := time.Now()
	m.contacts.mu.Lock()
	p := m.contacts.peer(id)
	was := p.active
	if was {
		p.active, p.since, p.probed = false, now, now
	}
	probe := !was && now.Sub(p.probed) >= probeEvery
	if probe {
		p.probed = now
	}
	m.contacts.mu.Unlock()
	switch {
	case was:
		m.inactive(id, "failed to dial "+id+" on stream Message ("+err.Error()+")")
	case probe:
		m.line("warn", "", "rafthttp/probing_status.go:68", "prober detected unhealthy status",
			field("round-tripper-name", "ROUND_TRIPPER_RAFT_MESSAGE"), field("remote-peer-id", id), field("rtt", "0s"), field("error", err.Error()))
	}
}

func (m *Member) inactive(id, why string) {
	m.metrics.disconnects.Add(1)
	m.line("warn", "", "rafthttp/peer_status.go:66", "peer became inactive (message send to peer failed)", field("peer-id", id), field("error", why))
}

// lostStream notes that a connection with a peer broke. One that was closed in
// good order, by either side, is nothing to tell.
func (m *Member) lostStream(id string, err error) {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || m.dead.Load() {
		return
	}
	m.contacts.mu.Lock()
	p := m.contacts.peer(id)
	was, n := p.active, p.lost
	p.lost++
	if was {
		p.active, p.since, p.probed = false, time.Now(), time.Now()
	}
	m.contacts.mu.Unlock()
	if n < len(streams) {
		m.line("warn", "", "rafthttp/stream.go:420", "lost TCP streaming connection with remote peer",
			field("stream-reader-type", streams[n]), field("local-member-id", m.id()), field("remote-peer-id", id), field("error", err.Error()))
	}
	if was {
		m.inactive(id, "failed to read "+id+" on "+streams[min(n, len(streams)-1)]+" ("+err.Error()+")")
	}
}

// lostBy tells lostStream of the end of a connection.
func (m *Member) lostBy(c secure.Wire) func(error) {
	return func(err error) { m.lostStream(m.idOf(c.RemoteHost()), err) }
}
