package lease

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// revokesPerSecond is etcd's limit of how many leases a leader revokes.
const revokesPerSecond = 1000

// Promote makes the lessor that of the leader: it counts the time of every lease
// from now on, the whole of it and extra (an election timeout), since nobody
// knows how often it was renewed before. Ends that would come too thick are
// spread.
func (l *Lessor) Promote(extra time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.primary {
		l.primary, l.demoted = true, make(chan struct{})
	}
	all := make([]*held, 0, len(l.leases))
	for _, h := range l.leases {
		h.refresh(extra)
		all = append(all, h)
	}
	spread(all)
	l.pulse()
}

// spread delays ends so that no second sees more than three quarters of what can
// be revoked in one.
func spread(all []*held) {
	const most = revokesPerSecond * 3 / 4
	if len(all) <= most {
		return
	}
	slices.SortFunc(all, func(a, b *held) int { return cmp.Or(a.ends.Compare(b.ends), cmp.Compare(a.id, b.id)) })
	for i := most; i < len(all); i++ {
		if earliest := all[i-most].ends.Add(time.Second); all[i].ends.Before(earliest) {
			all[i].ends = earliest
		}
	}
}

// Demote makes the lessor that of a follower: no lease of it ever ends by
// itself.
func (l *Lessor) Demote() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.primary {
		return
	}
	l.primary = false
	close(l.demoted)
	l.pulse()
}

func (l *Lessor) pulse() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// Renew gives a lease its whole time again, and tells its TTL. Of one whose time
// is over it waits for the end, as etcd does. Errors are ErrNotFound,
// ErrNotPrimary and ctx's.
func (l *Lessor) Renew(ctx context.Context, id int64) (ttl int64, err error) {
	l.mu.Lock()
	h := l.leases[id]
	switch {
	case !l.primary:
		l.mu.Unlock()
		return 0, ErrNotPrimary
	case h == nil:
		l.mu.Unlock()
		return 0, ErrNotFound
	}
	demoted := l.demoted
	if time.Now().Before(h.ends) {
		h.refresh(0)
		l.mu.Unlock()
		return h.ttl, nil
	}
	l.mu.Unlock()
	select {
	case <-h.revoked:
		return 0, ErrNotFound
	case <-demoted:
		return 0, ErrNotPrimary
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Next is when the first lease ends; false if none does.
func (l *Lessor) Next() (at time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.primary {
		return at, false
	}
	for _, h := range l.leases {
		if !ok || h.ends.Before(at) {
			at, ok = h.ends, true
		}
	}
	return at, ok
}

// Changed holds a value when Next may have an answer that is earlier than it
// was. It serves one reader.
func (l *Lessor) Changed() <-chan struct{} { return l.changed }

// Expired lists leases whose time is over, the earliest first, at most so many.
func (l *Lessor) Expired(most int) []int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.primary {
		return nil
	}
	now := time.Now()
	var over []*held
	for _, h := range l.leases {
		if !now.Before(h.ends) {
			over = append(over, h)
		}
	}
	slices.SortFunc(over, func(a, b *held) int { return cmp.Or(a.ends.Compare(b.ends), cmp.Compare(a.id, b.id)) })
	ids := make([]int64, 0, len(over))
	for _, h := range over[:min(most, len(over))] {
		ids = append(ids, h.id)
	}
	return ids
}
