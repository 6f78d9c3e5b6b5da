// Package lease keeps a member's leases as etcd's lessor does
// (https://etcd.io/docs/v3.6/learning/api/#lease-api).
//
// Which leases there are, for how many seconds, and which keys are attached to
// them is replicated: it changes only by what is applied from the log. When a
// lease ends is known to the leader alone, which proposes to revoke it; a new
// leader gives every lease its whole time again, and a bit more (see Promote).
package lease

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// TTLs that are granted, in seconds: etcd's least is one and a half election
// timeouts.
const (
	TTLMin = 2
	TTLMax = 9_000_000_000
)

// Error is a refusal: gRPC's code and etcd's text
// (api/v3rpc/rpctypes/error.go).
type Error struct{ Code, Text string }

func (e *Error) Error() string { return e.Text }

// What can be wrong.
var (
	ErrNotFound   = &Error{"NotFound", "etcdserver: requested lease not found"}
	ErrExists     = &Error{"FailedPrecondition", "etcdserver: lease already exists"}
	ErrTTL        = &Error{"OutOfRange", "etcdserver: too large lease TTL"}
	ErrNotPrimary = &Error{"FailedPrecondition", "not a primary lessor"} // between members only
)

// Lessor is one member's leases. It is safe for concurrent use.
type Lessor struct {
	mu      sync.Mutex
	leases  map[int64]*held
	byKey   map[string]*held
	primary bool
	demoted chan struct{} // closed when it is not primary any more
	changed chan struct{} // holds a value when the next end may be another
}

type held struct {
	id, ttl int64
	keys    map[string]bool
	ends    time.Time     // known to a primary only
	revoked chan struct{} // closed when it is gone
}

// New makes a lessor without leases.
func New() *Lessor {
	return &Lessor{leases: map[int64]*held{}, byKey: map[string]*held{}, changed: make(chan struct{}, 1)}
}

// Lease is a lease as it is replicated.
type Lease struct {
	ID  int64 `pb:"1"`
	TTL int64 `pb:"2"` // seconds it was granted for
}

// Snapshot lists the leases by ID.
func (l *Lessor) Snapshot() []Lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Lease, 0, len(l.leases))
	for _, h := range l.leases {
		all = append(all, Lease{h.id, h.ttl})
	}
	slices.SortFunc(all, func(a, b Lease) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Restore makes the leases what a snapshot holds, without keys: those are
// attached anew (see Attach). A primary gives each its whole time.
func (l *Lessor) Restore(all []Lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, h := range l.leases {
		close(h.revoked)
	}
	l.leases, l.byKey = map[int64]*held{}, map[string]*held{}
	for _, one := range all {
		l.add(one)
	}
}

func (l *Lessor) add(one Lease) *held {
	h := &held{id: one.ID, ttl: one.TTL, keys: map[string]bool{}, revoked: make(chan struct{})}
	l.leases[h.id] = h
	if l.primary {
		h.refresh(0)
		l.pulse()
	}
	return h
}

// refresh gives a lease its whole time, and extra, from now on.
func (h *held) refresh(extra time.Duration) {
	h.ends = time.Now().Add(time.Duration(min(h.ttl, TTLMax))*time.Second + extra)
}

// Grant makes a lease and gives the TTL it got. Errors are ErrNotFound (an ID of
// 0), ErrTTL and ErrExists.
func (l *Lessor) Grant(id, ttl int64) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case id == 0:
		return 0, ErrNotFound
	case ttl > TTLMax:
		return 0, ErrTTL
	case l.leases[id] != nil:
		return 0, ErrExists
	}
	return l.add(Lease{id, max(ttl, TTLMin)}).ttl, nil
}

// Has tells whether there is such a lease.
func (l *Lessor) Has(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.leases[id] != nil
}

// Revoke ends a lease and gives the keys that were attached to it, in order.
// The error is ErrNotFound.
func (l *Lessor) Revoke(id int64) (keys []string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.leases[id]
	if h == nil {
		return nil, ErrNotFound
	}
	keys = h.sorted()
	for _, key := range keys {
		delete(l.byKey, key)
	}
	delete(l.leases, id)
	close(h.revoked)
	return keys, nil
}

func (h *held) sorted() []string {
	keys := make([]string, 0, len(h.keys))
	for key := range h.keys {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Attach ties a key to a lease, and to no other; 0 or an unknown ID unties it.
func (l *Lessor) Attach(key []byte, id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if id == 0 && len(l.byKey) == 0 {
		return
	}
	if old := l.byKey[string(key)]; old != nil {
		delete(old.keys, string(key))
		delete(l.byKey, string(key))
	}
	if h := l.leases[id]; h != nil {
		h.keys[string(key)] = true
		l.byKey[string(key)] = h
	}
}

// TTL tells of a lease how long it lives yet, in whole seconds, for how long it
// was granted, and its keys in order. Errors are ErrNotPrimary and ErrNotFound.
func (l *Lessor) TTL(id int64) (remaining, granted int64, keys []string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.leases[id]
	switch {
	case !l.primary:
		return 0, 0, nil, ErrNotPrimary
	case h == nil:
		return 0, 0, nil, ErrNotFound
	}
	return int64(time.Until(h.ends) / time.Second), h.ttl, h.sorted(), nil
}

// Keys are the keys of a lease, in order; none if there is no such lease.
func (l *Lessor) Keys(id int64) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.leases[id]; h != nil {
		return h.sorted()
	}
	return nil
}
