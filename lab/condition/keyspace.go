package condition

import (
	"slices"
	"strings"

	"quorumlab/lab/event"
)

// keyspace is what is committed: the values, when each last changed, and when
// those that are gone were deleted.
type keyspace struct {
	revision int64
	values   map[string]value
	deleted  map[string]int64 // key to the revision of its deletion
}

type value struct {
	text string // cut at 1 KiB by the event
	mod  int64
	term uint64 // of the entry that wrote it

	create, version int64
	lease           string // its ID, in hexadecimal; empty for none
}

func (k *keyspace) clear() { *k = keyspace{} }

// observeKV takes in an entry's changes, or what a history begins with: nothing
// for a new cluster, a snapshot's content for a restored one. A history that
// begins beside a cluster that is at work does not count.
func (m *Model) observeKV(e *event.Event) {
	if e.What == "state" {
		if m.leader() != nil {
			return
		}
		if e.First == 0 {
			m.keys.clear()
		}
	}
	for i := range e.Ops {
		m.keys.apply(&e.Ops[i], e)
	}
	m.keys.revision = e.Rev
}

func (k *keyspace) apply(op *event.Op, e *event.Event) {
	if k.values == nil {
		k.values, k.deleted = map[string]value{}, map[string]int64{}
	}
	if op.Op == "delete" {
		delete(k.values, op.Key)
		k.deleted[op.Key] = e.Rev
		return
	}
	mod := op.Mod
	if mod == 0 {
		mod = e.Rev
	}
	k.values[op.Key] = value{op.Value, mod, e.Term, op.Create, op.Version, op.Lease}
	delete(k.deleted, op.Key)
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
