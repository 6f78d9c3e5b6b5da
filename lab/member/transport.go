package member

import (
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/secure"
)

// transport is raft's NetworkTransport with two habits of etcd's: an idle leader
// sends heartbeats only (see pipeline), and a stream to a
// peer that is gone is dialed anew every 100 ms (rafthttp's streamReader),
// instead of ever more rarely. raft doubles its wait with each failed append,
// up to ten seconds; so a failed append is reported only once the peer can be
// reached again, or it does not matter any more. Heartbeats and votes pass
// through untouched.
type transport struct {
	*raft.NetworkTransport
	m *Member
}

// AppendEntries implements raft.Transport.
func (t *transport) AppendEntries(id raft.ServerID, target raft.ServerAddress, args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	if heartbeat(args) {
		return t.beat(id, target, args, resp)
	}
	err := t.NetworkTransport.AppendEntries(id, target, args, resp)
	if err != nil {
		t.awaitPeer(string(target))
	}
	return err
}

// beat sends a heartbeat and notes what came of it.
func (t *transport) beat(id raft.ServerID, target raft.ServerAddress, args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	began := time.Now()
	err := t.NetworkTransport.AppendEntries(id, target, args, resp)
	if err != nil {
		t.m.metrics.heartbeatFailures.Add(1)
		t.m.unheard(string(id), err)
		return err
	}
	t.m.heard(string(id), time.Since(began))
	return nil
}

// heartbeat is how raft itself tells one (net_transport.go).
func heartbeat(a *raft.AppendEntriesRequest) bool {
	return a.PrevLogEntry == 0 && a.PrevLogTerm == 0 && len(a.Entries) == 0 && a.LeaderCommitIndex == 0
}

// awaitPeer returns when a connection to the peer could be made, or when this
// member does not lead any more.
func (t *transport) awaitPeer(target string) {
	for t.m.ctx.Err() == nil && t.m.raft.State() == raft.Leader {
		if c, err := t.m.dialPeer(dialAddress(target), peerTimeout); err == nil {
			c.Close()
			return
		}
		time.Sleep(redial)
	}
}

// AppendEntriesPipeline implements raft.Transport.
func (t *transport) AppendEntriesPipeline(id raft.ServerID, target raft.ServerAddress) (raft.AppendPipeline, error) {
	p, err := t.NetworkTransport.AppendEntriesPipeline(id, target)
	if err != nil {
		return nil, err
	}
	return &pipeline{AppendPipeline: p, lost: func() uint64 { return t.m.stream.lost.count(string(target)) }}, nil
}

// lost counts, for each peer's address, the connections from here to it that
// broke: there may be another process by now, which does not know what the one
// before it was sent. An idle connection tells nobody that it broke.
type lost struct {
	sync.Mutex
	times map[string]uint64
	conns map[string][]secure.Wire // that were in order when last looked at
}

func (l *lost) add(address string, c secure.Wire) {
	l.Lock()
	defer l.Unlock()
	if l.conns == nil {
		l.times, l.conns = map[string]uint64{}, map[string][]secure.Wire{}
	}
	l.look(address)
	l.conns[address] = append(l.conns[address], c)
}

func (l *lost) count(address string) uint64 {
	l.Lock()
	defer l.Unlock()
	l.look(address)
	return l.times[address]
}

// look takes note of connections that broke since; l is locked.
func (l *lost) look(address string) {
	if len(l.conns[address]) == 0 {
		return
	}
	l.conns[address] = slices.DeleteFunc(l.conns[address], func(c secure.Wire) bool {
		if c.Gone() {
			l.times[address]++
			return true
		}
		return false
	})
}

// pipeline leaves out what says nothing. raft repeats an empty append every
// commit timeout, in case the commit index has moved; this one passes on those
// that carry entries or a commit index that the follower was not sent yet, and
// all if it may have been started anew since. So
// followers learn of a commit as promptly as etcd's do, and an idle cluster
// exchanges heartbeats only, as etcd's does. raft ignores the future of an
// append in a pipeline and counts as contact only what comes out of Consumer,
// where nothing is put for an append that was left out.
type pipeline struct {
	raft.AppendPipeline
	lost   func() uint64 // how many connections to the follower broke
	seen   uint64        // of them, when it was last sent something
	sent   bool
	prev   uint64 // the last index the follower was sent
	commit uint64 // the last commit index it was sent
	idle   time.Time
}

// rest lets a little time pass if this is called again at one instant: raft's
// leadershipTransfer asks for appends without a pause until the follower has
// acknowledged what is under way, which takes time.
func (p *pipeline) rest() {
	now := time.Now()
	if now.Equal(p.idle) {
		time.Sleep(time.Millisecond)
	}
	p.idle = now
}

// AppendEntries implements raft.AppendPipeline.
func (p *pipeline) AppendEntries(args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) (raft.AppendFuture, error) {
	if p.sent && len(args.Entries) == 0 && args.PrevLogEntry == p.prev && args.LeaderCommitIndex == p.commit && p.seen == p.lost() {
		p.rest()
		return leftOut{args, resp}, nil
	}
	if len(args.Entries) == 0 {
		p.seen = p.lost()
	}
	p.sent, p.prev, p.commit = true, args.PrevLogEntry+uint64(len(args.Entries)), args.LeaderCommitIndex
	return p.AppendPipeline.AppendEntries(args, resp)
}

// leftOut is the future of an append that was not sent.
type leftOut struct {
	request  *raft.AppendEntriesRequest
	response *raft.AppendEntriesResponse
}

func (leftOut) Error() error                            { return nil }
func (leftOut) Start() time.Time                        { return time.Now() }
func (f leftOut) Request() *raft.AppendEntriesRequest   { return f.request }
func (f leftOut) Response() *raft.AppendEntriesResponse { return f.response }
