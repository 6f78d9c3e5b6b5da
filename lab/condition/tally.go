package condition

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"quorumlab/lab/event"
)

// tally counts what came and went since the prompt appeared: calls, leases,
// watches, candidacies. Alarms and leases that are there now are kept beside.
type tally struct {
	calls   map[call]int
	refused map[call]int // answered with an error
	exits   map[int]int
	watched map[string]int64 // by the key a watch began with: the newest revision it told
	stale   map[string]bool  // keys that a read answered from before their newest change
	stood   map[uint64][]string
	won     map[uint64]bool

	staleReads                                int
	leasesGranted, leasesExpired, leasesEnded int
	watchesCreated, watchesCompacted, changes int
}

// call is a method that answered without an error, and the member that did; an
// empty member stands for all of them.
type call struct{ method, member string }

func newTally() tally {
	return tally{
		calls: map[call]int{}, refused: map[call]int{}, exits: map[int]int{}, watched: map[string]int64{}, stale: map[string]bool{},
		stood: map[uint64][]string{}, won: map[uint64]bool{},
	}
}

// sinceReady is the tally, made when it is first needed.
func (m *Model) sinceReady() *tally {
	if m.tally.calls == nil {
		m.tally = newTally()
	}
	return &m.tally
}

// observeAlarm keeps the alarms that are raised; the same one may be raised for
// several members.
func (m *Model) observeAlarm(e *event.Event) {
	if m.alarms == nil {
		m.alarms = map[string]string{}
	}
	about := e.Text + " " + e.Peer
	if e.What == "raised" {
		m.alarms[about] = e.Text
	} else {
		delete(m.alarms, about)
	}
}

func alarmsOf(m *Model) starlark.Value {
	var all []string
	for _, text := range m.alarms {
		all = append(all, text)
	}
	slices.Sort(all)
	return stringList(all)
}

func (m *Model) observeLease(e *event.Event) {
	h := m.sinceReady()
	switch e.What {
	case "granted":
		h.leasesGranted++
		m.liveLeases++
	case "expired":
		h.leasesExpired++
		m.liveLeases--
	case "revoked":
		h.leasesEnded++
		m.liveLeases--
	}
}

func leasesOf(m *Model) starlark.Value {
	h := m.sinceReady()
	return record{"leases", starlark.StringDict{
		"live": number(m.liveLeases), "granted": number(h.leasesGranted), "expired": number(h.leasesExpired), "revoked": number(h.leasesEnded),
	}}
}

func (m *Model) observeWatch(e *event.Event) {
	h := m.sinceReady()
	switch e.What {
	case "created":
		h.watchesCreated++
	case "canceled":
		if strings.Contains(e.Why, "compacted") {
			h.watchesCompacted++
		}
	case "event":
		h.changes += e.Entries
		h.watched[e.Key] = max(h.watched[e.Key], e.Rev)
	}
}

func watchesOf(m *Model) starlark.Value {
	h := m.sinceReady()
	return record{"watches", starlark.StringDict{
		"created": number(h.watchesCreated), "compacted": number(h.watchesCompacted), "events": number(h.changes),
	}}
}

// noteCall counts an answer; a read may have been answered from the past.
func (m *Model) noteCall(req request, e *event.Event) {
	h := m.sinceReady()
	if !e.OK {
		h.refused[call{e.Method, ""}]++
		h.refused[call{e.Method, e.Member}]++
		return
	}
	h.calls[call{e.Method, ""}]++
	h.calls[call{e.Method, e.Member}]++
	if req.method != "Range" || e.Rev == 0 || e.Rev >= m.keys.revision {
		return
	}
	h.staleReads++
	if m.keys.changedSince(req.key, e.Rev+1) {
		h.stale[req.key] = true
	}
}

// noteCandidacy keeps who stood for election in which term, and whether one of
// them won.
func (m *Model) noteCandidacy(e *event.Event) {
	h := m.sinceReady()
	switch e.Role {
	case "candidate":
		if !slices.Contains(h.stood[e.Term], e.Member) {
			h.stood[e.Term] = append(h.stood[e.Term], e.Member)
		}
	case "leader":
		h.won[e.Term] = true
	}
}

// splitVotes counts the terms that two members or more stood for and nobody won
// before another term began.
func splitVotes(m *Model) starlark.Value {
	h, n, term := m.sinceReady(), 0, m.term()
	for stood, candidates := range h.stood {
		if len(candidates) > 1 && !h.won[stood] && stood < term {
			n++
		}
	}
	return number(n)
}

func callOf(a arguments) call {
	c := call{method: a.text(0)}
	if mb := a.member(1); mb != nil {
		c.member = mb.name
	}
	return c
}

func calledOf(m *Model, a arguments) starlark.Value { return number(m.sinceReady().calls[callOf(a)]) }

func refusedOf(m *Model, a arguments) starlark.Value {
	return number(m.sinceReady().refused[callOf(a)])
}

func exitsOf(m *Model, a arguments) starlark.Value {
	code, _ := starlark.AsInt32(a[0])
	return number(m.sinceReady().exits[code])
}

// watchedOf asks for the watches on a key and on what lies below it.
func watchedOf(m *Model, a arguments) starlark.Value {
	var newest int64
	for key, rev := range m.sinceReady().watched {
		if strings.HasPrefix(key, a.text(0)) {
			newest = max(newest, rev)
		}
	}
	return number(newest)
}

func readOf(m *Model, a arguments) starlark.Value {
	outcome := m.requests.reads[a.text(0)]
	return stringOrNone(outcome, outcome != "")
}

func versionOf(m *Model, a arguments) starlark.Value {
	return number(m.keys.values[a.text(0)].version)
}

func modOf(m *Model, a arguments) starlark.Value { return number(m.keys.values[a.text(0)].mod) }

func createOf(m *Model, a arguments) starlark.Value {
	return number(m.keys.values[a.text(0)].create)
}

func leaseOf(m *Model, a arguments) starlark.Value {
	lease := m.keys.values[a.text(0)].lease
	return stringOrNone(lease, lease != "")
}
