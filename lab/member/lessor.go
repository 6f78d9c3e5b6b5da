package member

import (
	"context"
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
		m.machine.leases.Promote(promotedExtra)
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
// What is over is asked again then: meanwhile it may have lost the lead and won it
// back, and given each lease its whole time.
func (m *Member) revokeExpired() {
	m.cfg.Host.WaitWhilePaused()
	if len(m.machine.leases.Expired(1)) == 0 {
		return
	}
	if _, err := m.confirmed(m.ctx); err != nil {
		return
	}
	ids := m.machine.leases.Expired(revokesAMost)
	done := make(chan struct{}, len(ids))
	for _, id := range ids {
		go func() {
			m.revokeHere(id)
			done <- struct{}{}
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

// revokeHere proposes to this member's own raft that a lease is over. It is never
// forwarded: another leader has given the lease its whole time.
func (m *Member) revokeHere(id int64) {
	c := &Command{ID: m.ids.Add(1), LeaseRevoke: &api.LeaseRevokeRequest{ID: id}, Expired: true}
	own := m.machine.await(c.ID)
	defer m.machine.forget(c.ID)
	if _, f := m.proposeHere(api.Marshal(c), own); f == fateUnknown {
		ctx, cancel := context.WithTimeout(m.ctx, RequestTimeout)
		defer cancel()
		m.awaitOwn(ctx, own)
	}
}
