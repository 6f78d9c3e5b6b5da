// Package condition answers questions about a world: a model that is a fold
// over the world's events, and conditions, which are Starlark expressions over
// that model. Graders ask them of an exercise, and `lab until` asks them of a
// learner's own world.
//
// Nothing here is safe for concurrent use: a model and its conditions belong
// to the goroutine that emits the world's events.
package condition

import (
	"slices"

	"quorumlab/lab/event"
)

// Model is what can be known of a world from its events. The zero value is
// ready for use; feed it every event in order.
type Model struct {
	version   uint64
	nowMicros int64

	machines []*member // all there are, in the order they came to be known
	byName   map[string]*member
	cut      map[[2]string]bool // directed

	ready       bool
	readyMicros int64
	first       first

	unavailableMicros int64
	leaderStale       bool // the cached leader must be worked out again
	leaderNow         *member

	keys     keyspace
	requests requests
	files    files

	elections int
	faults    []fault
	ran       ran

	tally      tally
	alarms     map[string]string // raised now
	liveLeases int
}

// first holds what was true when the learner got the prompt.
type first struct {
	leader   string
	term     uint64
	revision int64
	acked    int
}

// fault is one thing done to the world by hand.
type fault struct {
	verb    string
	members []string
}

// ran counts the learner's commands and how they ended.
type ran struct{ started, ok, failed int }

// Version changes whenever an answer may have changed, except for answers that
// only time changes (see Condition.Timed).
func (m *Model) Version() uint64 { return m.version }

// NowMicros is the virtual time of the last event or Advance.
func (m *Model) NowMicros() int64 { return m.nowMicros }

// Ready tells whether the learner has a prompt, and since when.
func (m *Model) Ready() (bool, int64) { return m.ready, m.readyMicros }

// Commands counts the learner's commands and clicks since the world was ready.
func (m *Model) Commands() int { return m.ran.started }

// Keys lists the committed keys that begin with prefix, in order.
func (m *Model) Keys(prefix string) []string { return m.keys.withPrefix(prefix) }

// UnavailableMicros is how long, since the world was ready, no member led with
// a quorum behind it.
func (m *Model) UnavailableMicros() int64 { return m.unavailableMicros }

// Advance moves the model's clock; it never moves back.
func (m *Model) Advance(nowMicros int64) {
	if nowMicros <= m.nowMicros {
		return
	}
	if m.ready && m.leader() == nil {
		m.unavailableMicros += nowMicros - m.nowMicros
	}
	m.nowMicros = nowMicros
}

// Observe takes in one event. Events that say nothing a condition can ask
// about, messages in flight above all, cost one switch.
func (m *Model) Observe(e *event.Event) {
	m.Advance(e.T)
	if observe := observers[e.Type]; observe != nil {
		observe(m, e)
		m.version++
	}
}

var observers = map[event.Type]func(*Model, *event.Event){
	event.World:      (*Model).observeWorld,
	event.Membership: (*Model).observeMembership,
	event.Ready:      (*Model).observeReady,
	event.Member:     (*Model).observeMember,
	event.Role:       (*Model).observeRole,
	event.Term:       (*Model).observeTerm,
	event.Vote:       (*Model).observeVote,
	event.Leader:     (*Model).observeLeader,
	event.Append:     (*Model).observeAppend,
	event.Truncate:   (*Model).observeTruncate,
	event.Commit:     (*Model).observeCommit,
	event.Apply:      (*Model).observeApply,
	event.KV:         (*Model).observeKV,
	event.Request:    (*Model).observeRequest,
	event.Reply:      (*Model).observeReply,
	event.Fault:      (*Model).observeFault,
	event.Link:       (*Model).observeLink,
	event.Alarm:      (*Model).observeAlarm,
	event.Lease:      (*Model).observeLease,
	event.Watch:      (*Model).observeWatch,
	event.Disk:       (*Model).observeDisk,
	event.Firewall:   (*Model).observeFirewall,
	event.Snapshot:   (*Model).observeSnapshot,
	event.File:       (*Model).observeFile,
	event.Echo:       (*Model).observeEcho,
	event.Command:    (*Model).observeCommand,
	event.Exit:       (*Model).observeExit,
}

func (m *Model) observeWorld(e *event.Event) {
	for _, name := range e.Members {
		mb := m.member(name)
		mb.address, mb.voter = e.Addresses[name], true
	}
}

// A world says who belongs to its cluster when that is founded, and whenever it
// changes.
func (m *Model) observeMembership(e *event.Event) {
	for _, name := range slices.Concat(e.Members, e.Learners) {
		m.member(name) // it may be added before its machine is put up
	}
	for _, mb := range m.machines {
		if mb.learner && slices.Contains(e.Members, mb.name) {
			mb.promoted = true
		}
		mb.voter, mb.learner = slices.Contains(e.Members, mb.name), slices.Contains(e.Learners, mb.name)
	}
	m.leaderStale = true
}

func (m *Model) observeReady(e *event.Event) {
	m.ready, m.readyMicros = true, e.T
	m.unavailableMicros = 0
	m.elections, m.faults, m.ran, m.tally = 0, nil, ran{}, newTally()
	for _, mb := range m.machines {
		mb.led, mb.wipes, mb.starts, mb.truncated, mb.installed, mb.promoted = 0, 0, 0, 0, 0, false
	}
	m.first = first{term: m.term(), revision: m.keys.revision, acked: m.requests.acknowledged}
	if leader := m.leader(); leader != nil {
		m.first.leader = leader.name
	} else {
		m.first.leader = e.Leader
	}
}

func (m *Model) observeFault(e *event.Event) {
	m.faults = append(m.faults, fault{e.Verb, e.Members})
}

// A click is a command too.
func (m *Model) observeEcho(*event.Event) { m.ran.started++ }

// A command of session 0 is the world's own (an exercise's start script).
func (m *Model) observeCommand(e *event.Event) {
	if e.Session > 0 {
		m.ran.started++
	}
}

func (m *Model) observeExit(e *event.Event) {
	if e.Session > 0 {
		m.sinceReady().exits[e.Code]++
	}
	switch {
	case e.Session == 0:
	case e.Code == 0:
		m.ran.ok++
	default:
		m.ran.failed++
	}
}

// countFaults counts faults by verb; an empty verb or member means any.
func (m *Model) countFaults(verb, member string) int {
	n := 0
	for _, f := range m.faults {
		if (verb == "" || f.verb == verb) && (member == "" || slices.Contains(f.members, member)) {
			n++
		}
	}
	return n
}
