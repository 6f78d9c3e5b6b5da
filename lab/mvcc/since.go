package mvcc

import (
	"bytes"
	"sort"

	"quorumlab/lab/api"
)

// Interval is a range of keys, [Key, End): an empty End is Key alone, End "\x00"
// every key from Key on.
type Interval struct{ Key, End []byte }

// Empty tells whether no key can be in the interval.
func (i Interval) Empty() bool {
	return len(i.End) > 0 && !(len(i.End) == 1 && i.End[0] == 0) && bytes.Compare(i.Key, i.End) >= 0
}

// Holds tells whether a key is in the interval.
func (i Interval) Holds(key []byte) bool {
	switch {
	case len(i.End) == 0:
		return bytes.Equal(key, i.Key)
	case bytes.Compare(key, i.Key) < 0:
		return false
	}
	return len(i.End) == 1 && i.End[0] == 0 || bytes.Compare(key, i.End) < 0
}

// scanMost is how many changes one call of Since looks at, so that nobody else
// waits long.
const scanMost = 1000

// Since lists the changes of an interval from revision rev on, in order; the
// events must not be modified. next is the revision to go on from: if it is
// greater than Rev, that is all there is. A rev that is greater already is fine.
// prev adds what each key was before, where that is known yet. The error is
// ErrCompacted: changes from rev on are not all kept any more.
func (s *Store) Since(rev int64, in Interval, prev bool) (events []*api.Event, next int64, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	switch {
	case rev < s.compact:
		return nil, rev, ErrCompacted
	case rev > s.rev:
		return nil, rev, nil
	}
	from := sort.Search(len(s.log), func(i int) bool { return s.log[i].Main >= rev })
	for i, r := range s.log[from:] {
		if i >= scanMost && r.Main != s.log[from+i-1].Main {
			return events, r.Main, nil
		}
		if in.Holds(r.KV.Key) {
			events = append(events, s.event(r, prev))
		}
	}
	return events, s.rev + 1, nil
}

func (s *Store) event(r *Revision, prev bool) *api.Event {
	e := &api.Event{Kv: &r.KV}
	if r.Tombstone {
		e = &api.Event{Type: api.EventDelete, Kv: &api.KeyValue{Key: r.KV.Key, ModRevision: r.Main}}
	}
	if prev && r.Main > s.compact {
		if h, ok := s.keys.Get(&history{key: r.KV.Key}); ok {
			if was := h.at(r.Main - 1); was != nil {
				e.PrevKv = &was.KV
			}
		}
	}
	return e
}

// Leased calls visit for each key that has a lease.
func (s *Store) Leased(visit func(key []byte, lease int64)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.keys.Ascend(func(h *history) bool {
		if at := h.at(s.rev); at != nil && at.KV.Lease != 0 {
			visit(h.key, at.KV.Lease)
		}
		return true
	})
}
