package member

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/event"
)

// observe hears from raft, on raft's own goroutine.
func (m *Member) observe(o *raft.Observation) bool {
	if m.dead.Load() {
		return false
	}
	switch d := o.Data.(type) {
	case raft.RaftState:
		m.showRole(d)
		if d == raft.Leader {
			go m.lead()
			select {
			case m.led <- struct{}{}:
			default:
			}
		} else {
			m.machine.leases.Demote()
		}
	case raft.LeaderObservation:
		m.showLeader(d)
	case raft.RequestVoteRequest:
		m.askedForVote(d)
	}
	return false
}

func (m *Member) showRole(s raft.RaftState) {
	role := "follower"
	switch s {
	case raft.Candidate:
		role = "pre-candidate" // it asks for pre-votes first; its term has not grown
	case raft.Leader:
		role = "leader"
	case raft.Shutdown:
		return
	}
	m.setRole(role, m.raft.CurrentTerm())
}

func (m *Member) setRole(role string, term uint64) {
	m.shown.Lock()
	before, same := m.shown.role, m.shown.role == role && m.shown.term == term
	m.shown.role, m.shown.term = role, term
	m.shown.Unlock()
	if same {
		return
	}
	m.emit(event.Event{Type: event.Role, Member: m.cfg.Name, Role: role, Term: term})
	m.tellRole(before, role, term)
}

// newTerm is called when a term is on disk. A candidate that raises its term
// has won the pre-vote and asks for votes.
func (m *Member) newTerm(term uint64) {
	m.emit(event.Event{Type: event.Term, Member: m.cfg.Name, Term: term})
	m.shown.Lock()
	role := m.shown.role
	m.shown.Unlock()
	if m.raft == nil {
		return
	}
	standing := m.raft.State() == raft.Candidate
	if standing && role == "pre-candidate" {
		m.setRole("candidate", term)
	}
	m.tellTerm(standing, term)
}

func (m *Member) voted(term uint64, candidate []byte) {
	peer := m.cfg.NameOf(strings.Split(string(candidate), ":")[0])
	m.emit(event.Event{Type: event.Vote, Member: m.cfg.Name, Term: term, Peer: peer})
	m.tellVoted(term, m.idOf(peer))
}

func (m *Member) showLeader(o raft.LeaderObservation) {
	leader := ""
	if o.LeaderAddr != "" {
		leader = m.cfg.NameOf(strings.Split(string(o.LeaderAddr), ":")[0])
	}
	m.shown.Lock()
	before := m.shown.leader
	m.shown.leader = leader
	m.shown.Unlock()
	if before == leader {
		return
	}
	term := m.raft.CurrentTerm()
	m.emit(event.Event{Type: event.Leader, Member: m.cfg.Name, Peer: leader, Term: term})
	m.tellLeader(before, leader, term)
}

// Poll tells what raft does not announce: that the commit index moved, and that
// entries of raft's own (a new leader's first, say), which the state machine
// does not get to see, are applied. It also looks whether the member is in touch with its cluster. The world calls it once a tick.
func (m *Member) Poll() {
	now := time.Now()
	m.touch.look(now, m.leads(), m.raft.LastContact())
	m.lookRemoved(now)
	commit := m.raft.CommitIndex()
	m.shown.Lock()
	moved := commit > m.shown.commit
	m.shown.commit = max(m.shown.commit, commit)
	behind := m.shown.applied < commit
	m.shown.Unlock()
	if moved {
		m.emit(event.Event{Type: event.Commit, Member: m.cfg.Name, Index: commit})
	}
	if behind && m.caughtUp(commit) {
		m.showApplied(commit)
	}
}

// movedTo takes note that the state machine moved.
func (m *Member) movedTo(index uint64) {
	m.handle.Applied(index)
	m.showApplied(index)
}

// showApplied tells how far the member has applied its log.
func (m *Member) showApplied(index uint64) {
	m.shown.Lock()
	again := index <= m.shown.applied
	m.shown.applied = max(m.shown.applied, index)
	m.shown.Unlock()
	if !again {
		fsync, _ := m.cfg.Disk.State()
		m.metrics.commit(fsync)
		m.emit(event.Event{Type: event.Apply, Member: m.cfg.Name, Index: index, Rev: m.machine.store.Rev(), Hash: fmt.Sprintf("%08x", m.machine.store.Hash())})
		m.showSize()
	}
}

// showSize tells how large the database file is, if that changed.
func (m *Member) showSize() {
	file, used := m.machine.store.Size()
	m.shown.Lock()
	same := m.shown.file == file && m.shown.used == used
	m.shown.file, m.shown.used = file, used
	m.shown.Unlock()
	if !same {
		m.emit(event.Event{Type: event.DB, Member: m.cfg.Name, Bytes: file, Used: used})
	}
}
