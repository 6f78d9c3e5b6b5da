package member

import (
	"sync"

	"github.com/hashicorp/raft"
)

// The kinds of votes, as etcd's raft calls them.
const (
	msgPreVote = "MsgPreVote"
	msgVote    = "MsgVote"
)

// ballot is the election that a member stands in, for its log.
type ballot struct {
	mu       sync.Mutex
	kind     string
	term     uint64
	asked    map[raft.ServerID]bool
	granted  int
	rejected int
	request  raft.RequestVoteRequest // the last that came, for the line about a vote cast
	lost     string                  // a leader's last words: that it is none any more
}

// begin starts an election anew: the member's own vote is in.
func (b *ballot) begin(kind string, term uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.beginLocked(kind, term)
}

func (b *ballot) beginLocked(kind string, term uint64) {
	b.kind, b.term, b.asked, b.granted, b.rejected = kind, term, map[raft.ServerID]bool{}, 1, 0
}

// ask notes that a peer is asked for its vote, and tells whether that begins
// another election: the peer was asked already in this one, or there is none.
func (b *ballot) ask(id raft.ServerID, kind string, term uint64) (begins bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if begins = b.kind != kind || b.term != term || b.asked[id]; begins {
		b.beginLocked(kind, term)
	}
	b.asked[id] = true
	return begins
}

// tellStand logs that this member asks for pre-votes, as it does anew after each
// election timeout without a leader.
func (m *Member) tellStand(term uint64) {
	id := m.id()
	m.raftLog("info", "raft.go:988", "%s is starting a new election at term %d", id, term)
	m.raftLog("info", "raft.go:930", "%s became pre-candidate at term %d", id, term)
	m.tellVote(msgPreVote, id, term, true, 1, 0)
}

// tellVote logs an answer to a request for a vote, and the count so far.
func (m *Member) tellVote(kind, from string, term uint64, granted bool, yes, no int) {
	verdict := ""
	if !granted {
		verdict = " rejection"
	}
	id := m.id()
	m.raftLog("info", "raft.go:1077", "%s received %sResp%s from %s at term %d", id, kind, verdict, from, term)
	m.raftLog("info", "raft.go:1693", "%s has received %d %sResp votes and %d vote rejections", id, yes, kind, no)
}

// voteAnswered counts and logs a peer's answer while it still counts. Answers
// that come at one instant are told one after the other.
func (m *Member) voteAnswered(kind string, id raft.ServerID, term uint64, granted bool) {
	b := &m.ballot
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kind != kind || b.term != term || m.raft.State() != raft.Candidate {
		return
	}
	if granted {
		b.granted++
	} else {
		b.rejected++
	}
	m.tellVote(kind, string(id), term, granted, b.granted, b.rejected)
}

// RequestVote implements raft.Transport.
func (t *transport) RequestVote(id raft.ServerID, target raft.ServerAddress, args *raft.RequestVoteRequest, resp *raft.RequestVoteResponse) error {
	err := t.NetworkTransport.RequestVote(id, target, args, resp)
	if err == nil {
		t.m.heard(string(id), 0)
		t.m.voteAnswered(msgVote, id, args.Term, resp.Granted)
	}
	return err
}

// RequestPreVote implements raft.WithPreVote. The request carries the term that
// would follow.
func (t *transport) RequestPreVote(id raft.ServerID, target raft.ServerAddress, args *raft.RequestPreVoteRequest, resp *raft.RequestPreVoteResponse) error {
	if t.m.ballot.ask(id, msgPreVote, args.Term-1) {
		t.m.tellStand(args.Term - 1)
	}
	err := t.NetworkTransport.RequestPreVote(id, target, args, resp)
	if err == nil {
		t.m.heard(string(id), 0)
		t.m.voteAnswered(msgPreVote, id, args.Term-1, resp.Granted)
	}
	return err
}
