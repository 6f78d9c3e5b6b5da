package member

import (
	"time"

	"github.com/hashicorp/raft"
)

// transport is raft's NetworkTransport with one habit of etcd's: a stream to a
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
	err := t.NetworkTransport.AppendEntries(id, target, args, resp)
	if err != nil && !heartbeat(args) {
		t.awaitPeer(string(target))
	}
	return err
}

// heartbeat is how raft itself tells one (net_transport.go).
func heartbeat(a *raft.AppendEntriesRequest) bool {
	return a.PrevLogEntry == 0 && a.PrevLogTerm == 0 && len(a.Entries) == 0 && a.LeaderCommitIndex == 0
}

// awaitPeer returns when a connection to the peer could be made, or when this
// member does not lead any more.
func (t *transport) awaitPeer(target string) {
	for t.m.ctx.Err() == nil && t.m.raft.State() == raft.Leader {
		if c, err := t.m.dialPeer(target, peerTimeout); err == nil {
			c.Close()
			return
		}
		time.Sleep(redial)
	}
}
