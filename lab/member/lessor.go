package member

import (
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
)

// How a leader ends leases (server/lease/lessor.go).
const (
	expiryCheck  = 500 * time.Millisecond // etcd looks so often; one that is over ends within it
	expiryRetry  = 3 * time.Second        // until a revocation that failed is tried again
	revokesAMost = 500                    // at one look
)

// lead makes the leases this member's to end, once everything that earlier
// leaders committed is applied. It returns when that is so, or the member does
// not lead any more.
func (m *Member) lead() {
	if m.awaitOwnTerm() != nil || m.awaitApplied(m.ctx, m.raft.CommitIndex()) != nil {
		return
	}
	if m.raft.State() == raft.Leader {
		m.machine.leases.Promote(ElectionTimeout)
	}
	if m.raft.State() != raft.Leader { // it was lost meanwhile
		m.machine.leases.Demote()
	}
}

// endLeases proposes to revoke leases whose time is over. A lessor without
// leases, or one that is not the leader's, costs nothing.
func (m *Member) endLeases() {
	began := time.Now()
	for m.ctx.Err() == nil {
		var due <-chan time.Time
		if at, ok := m.machine.leases.Next(); ok {
			due = time.After(untilCheck(began, at))
		}
		select {
		case <-m.machine.leases.Changed():
		case <-due:
			m.revokeExpired()
		case <-m.ctx.Done():
		}
	}
}

// untilCheck is how long it is until the first look that finds a lease over
// which ends at a time; looks are expiryCheck apart.
func untilCheck(began, at time.Time) time.Duration {
	now := time.Since(began)
	looks := max(at.Sub(began), now+1)
	return (looks+expiryCheck-1)/expiryCheck*expiryCheck - now
}

// revokeExpired revokes what is over, if a quorum confirms that this member may.
func (m *Member) revokeExpired() {
	m.cfg.Host.WaitWhilePaused()
	ids := m.machine.leases.Expired(revokesAMost)
	if len(ids) == 0 {
		return
	}
	if _, err := m.confirmed(m.ctx); err != nil {
		return
	}
	done := make(chan error, len(ids))
	for _, id := range ids {
		go func() {
			_, err := m.write(m.ctx, &Command{LeaseRevoke: &api.LeaseRevokeRequest{ID: id}, Expired: true})
			done <- err
		}()
	}
	retry := time.After(expiryRetry)
	for range ids {
		select {
		case <-done:
		case <-retry:
			return
		case <-m.ctx.Done():
			return
		}
	}
}
