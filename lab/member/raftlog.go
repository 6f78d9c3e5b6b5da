package member

import (
	"fmt"
	"time"

	"github.com/hashicorp/raft"
)

// This file says in the words of etcd's raft what hashicorp's does.

// tellRole logs a change of role. raft becomes a follower first and takes over
// a newer term then; that it did is told with the term (tellTerm), but for a
// leader that steps down because it lost its quorum.
func (m *Member) tellRole(before, role string, term uint64) {
	id := m.id()
	switch {
	case role == "leader":
		m.raftLog("info", "raft.go:970", "%s became leader at term %d", id, term)
	case role == "pre-candidate" && m.voters() == 1:
		m.tellStand(term) // nobody will be asked
	case role == "follower" && before == "leader" && m.quorumSilent():
		m.raftLog("warn", "raft.go:1275", "%s stepped down to follower since quorum is not active", id)
		m.raftLog("info", "raft.go:897", "%s became follower at term %d", id, term)
	case role == "follower" && before == "":
		m.raftLog("info", "raft.go:897", "%s became follower at term %d", id, term)
	}
	m.ballot.mu.Lock()
	lost := m.ballot.lost
	m.ballot.lost = ""
	m.ballot.mu.Unlock()
	if lost != "" {
		m.raftLog("info", "node.go:376", "%s", lost)
	}
}

// tellTerm logs that a term is on disk: a candidate's own or somebody else's.
func (m *Member) tellTerm(standing bool, term uint64) {
	if standing {
		m.ballot.begin(msgVote, term)
		m.raftLog("info", "raft.go:912", "%s became candidate at term %d", m.id(), term)
		return
	}
	m.raftLog("info", "raft.go:897", "%s became follower at term %d", m.id(), term)
}

// voters counts the voting members, as far as this one knows.
func (m *Member) voters() (n int) {
	for _, s := range m.raft.GetConfiguration().Configuration().Servers {
		if s.Suffrage == raft.Voter {
			n++
		}
	}
	return n
}

// quorumSilent tells whether too few peers answered within the leader's lease.
func (m *Member) quorumSilent() bool {
	return m.contacts.heardSince(time.Now().Add(-leaderLease))+1 <= m.voters()/2
}

// askedForVote logs a request from a newer term.
func (m *Member) askedForVote(r raft.RequestVoteRequest) {
	m.ballot.mu.Lock()
	m.ballot.request = r
	m.ballot.mu.Unlock()
	if now := m.raft.CurrentTerm(); r.Term > now {
		m.raftLog("info", "", "%s [term: %d] received a MsgVote message with higher term from %s [term: %d]", m.id(), now, r.ID, r.Term)
	}
}

// tellVoted logs a vote that is on disk.
func (m *Member) tellVoted(term uint64, candidate string) {
	if candidate == m.id() {
		m.tellVote(msgVote, candidate, term, true, 1, 0)
		return
	}
	m.ballot.mu.Lock()
	r := m.ballot.request
	m.ballot.mu.Unlock()
	index := m.raft.LastIndex()
	var last raft.Log
	_ = m.handle.GetLog(index, &last) // none in a log that is empty: term 0
	m.raftLog("info", "", "%s [logterm: %d, index: %d, vote: 0] cast MsgVote for %s [logterm: %d, index: %d] at term %d",
		m.id(), last.Term, index, candidate, r.LastLogTerm, r.LastLogIndex, term)
}

// tellLeader logs that another member leads, or none; names are members'.
func (m *Member) tellLeader(before, leader string, term uint64) {
	switch {
	case leader == "":
		m.tellLost(fmt.Sprintf("raft.node: %s lost leader %s at term %d", m.id(), m.idOf(before), term))
		return
	case before == "":
		m.raftLog("info", "node.go:370", "raft.node: %s elected leader %s at term %d", m.id(), m.idOf(leader), term)
	default:
		m.raftLog("info", "", "raft.node: %s changed leader from %s to %s at term %d", m.id(), m.idOf(before), m.idOf(leader), term)
	}
	m.metrics.leaderChanges.Add(1)
}

// tellLost logs that there is no leader; one that loses itself says first that it
// steps down, of which raft tells later.
func (m *Member) tellLost(text string) {
	if m.raft.State() != raft.Leader {
		m.raftLog("info", "node.go:376", "%s", text)
		return
	}
	m.ballot.mu.Lock()
	m.ballot.lost = text
	m.ballot.mu.Unlock()
}
