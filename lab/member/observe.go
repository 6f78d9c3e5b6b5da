package member

import (
	"encoding/json"
	"fmt"
	"sort"
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
			select {
			case m.led <- struct{}{}:
			default:
			}
		}
	case raft.LeaderObservation:
		m.showLeader(d)
	case raft.FailedHeartbeatObservation:
		if _, again := m.silent.LoadOrStore(d.PeerID, true); again {
			return false
		}
		m.Log("warn", "lost TCP streaming connection with remote peer", map[string]any{"remote-peer-id": string(d.PeerID)})
	case raft.ResumedHeartbeatObservation:
		m.silent.Delete(d.PeerID)
		m.Log("info", "peer became active", map[string]any{"peer-id": string(d.PeerID)})
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
	same := m.shown.role == role && m.shown.term == term
	m.shown.role, m.shown.term = role, term
	m.shown.Unlock()
	if same {
		return
	}
	m.emit(event.Event{Type: event.Role, Member: m.cfg.Name, Role: role, Term: term})
	text := fmt.Sprintf("%s became %s at term %d", FormatID(m.identity.MemberID), role, term)
	m.Log("info", text, map[string]any{"logger": "raft"})
}

// newTerm is called when a term is on disk. A candidate that raises its term
// has won the pre-vote and asks for votes.
func (m *Member) newTerm(term uint64) {
	m.emit(event.Event{Type: event.Term, Member: m.cfg.Name, Term: term})
	m.shown.Lock()
	role := m.shown.role
	m.shown.Unlock()
	if m.raft != nil && m.raft.State() == raft.Candidate && role == "pre-candidate" {
		m.setRole("candidate", term)
	}
}

func (m *Member) voted(term uint64, candidate []byte) {
	peer := m.cfg.NameOf(strings.Split(string(candidate), ":")[0])
	m.emit(event.Event{Type: event.Vote, Member: m.cfg.Name, Term: term, Peer: peer})
	m.Log("info", fmt.Sprintf("%s cast its vote for %s at term %d", FormatID(m.identity.MemberID), peer, term), map[string]any{"logger": "raft"})
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
	id := FormatID(m.identity.MemberID)
	text := fmt.Sprintf("raft.node: %s lost leader %s at term %d", id, before, term)
	if leader != "" {
		text = fmt.Sprintf("raft.node: %s elected leader %s at term %d", id, o.LeaderID, term)
	}
	m.Log("info", text, map[string]any{"logger": "raft"})
}

// Poll tells what raft does not announce: that the commit index moved, and that
// entries of raft's own (a new leader's first, say), which the state machine
// does not get to see, are applied. It also looks whether the member is in touch with its cluster. The world calls it once a tick.
func (m *Member) Poll() {
	now := time.Now()
	m.contact.look(now, m.leads(), m.raft.LastContact())
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
		m.emit(event.Event{Type: event.Apply, Member: m.cfg.Name, Index: index, Rev: m.machine.store.Rev(), Hash: fmt.Sprintf("%08x", m.machine.store.Hash())})
	}
}

// Log writes one line of the member's log as etcd's zap encoder does: JSON
// with level, ts, msg, then the fields in order.
func (m *Member) Log(level, msg string, fields map[string]any) {
	var b strings.Builder
	fmt.Fprintf(&b, `{"level":%q,"ts":%q`, level, time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"))
	if logger, ok := fields["logger"]; ok {
		fmt.Fprintf(&b, `,"logger":%q`, logger)
	}
	fmt.Fprintf(&b, `,"msg":%s`, quote(msg))
	names := make([]string, 0, len(fields))
	for name := range fields {
		if name != "logger" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, `,%q:%s`, name, quote(fields[name]))
	}
	b.WriteByte('}')
	m.emit(event.Event{Type: event.Log, Member: m.cfg.Name, State: level, Text: b.String()})
}

func quote(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return `"?"`
	}
	return string(b)
}
