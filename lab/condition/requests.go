package condition

import (
	"slices"

	"quorumlab/lab/event"
)

// The outcomes of a client's request.
const (
	pending      = "pending"      // no answer yet
	acknowledged = "acknowledged" // the client was told it is done
	failed       = "failed"       // it was told it did not happen
	unknown      = "unknown"      // it was told nothing it can rely on: it may have happened
)

// requests follows what clients were told.
type requests struct {
	open   map[uint64]request
	writes map[string]*write // by key
	reads  map[string]string // by key: the outcome of the newest

	acknowledged                          int // writes
	writesOK, writesFailed, writesUnknown int
	readsOK, readsFailed, readsUnknown    int
}

type request struct{ method, key, value string }

// write is the newest write to a key, and the newest that was acknowledged.
type write struct {
	value   string
	deletes bool
	outcome string
	acked   *ack // nil: none
}

type ack struct {
	value   string
	deletes bool
	rev     int64
}

func (r request) writes() bool {
	return r.method == "Put" || r.method == "DeleteRange" || r.method == "Txn"
}

func (m *Model) observeRequest(e *event.Event) {
	r := &m.requests
	if r.open == nil {
		r.open, r.writes, r.reads = map[uint64]request{}, map[string]*write{}, map[string]string{}
	}
	req := request{e.Method, e.Key, e.Value}
	r.open[e.ID] = req
	if !req.writes() || req.key == "" {
		return
	}
	w := r.writes[req.key]
	if w == nil {
		w = &write{}
		r.writes[req.key] = w
	}
	w.value, w.deletes, w.outcome = req.value, req.method == "DeleteRange", pending
}

func (m *Model) observeReply(e *event.Event) {
	r := &m.requests
	req, ok := r.open[e.ID]
	if !ok {
		return
	}
	delete(r.open, e.ID)
	m.noteCall(req, e)
	outcome := outcomeOf(e)
	switch {
	case req.writes():
		r.closeWrite(req, outcome, e.Rev)
	case req.method == "Range":
		r.reads[req.key] = outcome
		count(outcome, &r.readsOK, &r.readsFailed, &r.readsUnknown)
	}
}

func outcomeOf(e *event.Event) string {
	switch {
	case e.OK:
		return acknowledged
	case e.Unknown:
		return unknown
	}
	return failed
}

func count(outcome string, ok, bad, dunno *int) {
	switch outcome {
	case acknowledged:
		*ok++
	case unknown:
		*dunno++
	default:
		*bad++
	}
}

func (r *requests) closeWrite(req request, outcome string, rev int64) {
	count(outcome, &r.writesOK, &r.writesFailed, &r.writesUnknown)
	w := r.writes[req.key]
	if w != nil {
		w.outcome = outcome
	}
	if outcome != acknowledged {
		return
	}
	r.acknowledged++
	if w != nil && req.method != "Txn" {
		w.acked = &ack{req.value, req.method == "DeleteRange", rev}
	}
}

// outcome is that of the newest write to a key; "" if there was none.
func (r *requests) outcome(key string) string {
	if w := r.writes[key]; w != nil {
		return w.outcome
	}
	return ""
}

// acked is the newest acknowledged write to a key, or nil.
func (r *requests) acked(key string) *ack {
	if w := r.writes[key]; w != nil {
		return w.acked
	}
	return nil
}

// lost lists the keys whose newest acknowledged write is not in the committed
// key space: what a cluster must never let happen.
func (m *Model) lost() []string {
	var keys []string
	for key, w := range m.requests.writes {
		if w.acked != nil && m.isLost(key, *w.acked) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (m *Model) isLost(key string, ack ack) bool {
	current, there := m.keys.committed(key)
	if ack.deletes {
		return there && !m.keys.changedSince(key, ack.rev)
	}
	if there && current == ack.value {
		return false
	}
	return !m.keys.changedSince(key, ack.rev)
}
