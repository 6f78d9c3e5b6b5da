package condition

import (
	"maps"
	"slices"
	"strings"

	"quorumlab/lab/event"
)

// undoLimit bounds how far back a snapshot's content can be told from the
// newest: a snapshot of a member that lags by more changes is taken to hold
// the newest.
const undoLimit = 4096

// keyspace is what is committed: the values, when each last changed, and when
// those that are gone were deleted.
type keyspace struct {
	revision int64
	values   map[string]value
	deleted  map[string]int64 // key to the revision of its deletion
	undo     []change
}

type value struct {
	text string // cut at 1 KiB by the event
	mod  int64
	term uint64 // of the entry that wrote it
}

// change is what an operation did to a key, so that it can be taken back.
type change struct {
	rev    int64
	key    string
	before value
	had    bool
}

func (k *keyspace) clear() { *k = keyspace{} }

func (m *Model) observeKV(e *event.Event) {
	m.keys.rewind(e.Rev - 1)
	for i := range e.Ops {
		m.keys.apply(&e.Ops[i], e)
	}
	m.keys.revision = max(m.keys.revision, e.Rev)
}

func (k *keyspace) apply(op *event.Op, e *event.Event) {
	if k.values == nil {
		k.values, k.deleted = map[string]value{}, map[string]int64{}
	}
	before, had := k.values[op.Key]
	k.remember(change{e.Rev, op.Key, before, had})
	if op.Op == "delete" {
		delete(k.values, op.Key)
		k.deleted[op.Key] = e.Rev
		return
	}
	k.values[op.Key] = value{op.Value, e.Rev, e.Term}
	delete(k.deleted, op.Key)
}

func (k *keyspace) remember(c change) {
	if len(k.undo) == undoLimit {
		k.undo = slices.Delete(k.undo, 0, undoLimit/2)
	}
	k.undo = append(k.undo, c)
}

// rewind takes back all that came after revision rev. In a world whose history
// only grows it has nothing to do; after a restore the revisions go on from an
// older one.
func (k *keyspace) rewind(rev int64) {
	for n := len(k.undo); n > 0 && k.undo[n-1].rev > rev; n-- {
		c := k.undo[n-1]
		k.undo = k.undo[:n-1]
		if c.had {
			k.values[c.key] = c.before
		} else {
			delete(k.values, c.key)
		}
		delete(k.deleted, c.key)
	}
	k.revision = min(k.revision, max(rev, 0))
}

// at copies the values as they were at a revision.
func (k *keyspace) at(rev int64) map[string]value {
	then := keyspace{revision: k.revision, values: maps.Clone(k.values), deleted: map[string]int64{}, undo: slices.Clone(k.undo)}
	then.rewind(rev)
	return then.values
}

// replace makes a snapshot's content the committed one.
func (k *keyspace) replace(values map[string]value, rev int64) {
	*k = keyspace{revision: rev, values: maps.Clone(values), deleted: map[string]int64{}}
	if k.values == nil {
		k.values = map[string]value{}
	}
}

func (k *keyspace) committed(key string) (string, bool) {
	v, ok := k.values[key]
	return v.text, ok
}

func (k *keyspace) withPrefix(prefix string) []string {
	var keys []string
	for key := range k.values {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// changedSince tells whether a key's newest change is at revision rev or
// later, be it a put or a deletion.
func (k *keyspace) changedSince(key string, rev int64) bool {
	if v, ok := k.values[key]; ok {
		return v.mod >= rev
	}
	return k.deleted[key] >= rev
}
