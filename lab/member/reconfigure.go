package member

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
)

// reconfigureRetry is the pause after a change of raft's configuration failed.
const reconfigureRetry = 100 * time.Millisecond

// reconfigure makes raft's configuration follow the membership, while this
// member leads: a membership change is committed as a command under the old
// configuration, as etcd's, and then becomes hashicorp/raft's own change of one
// server. So a second voter that does not run yet is a member at once, and only
// then costs the quorum. A leader that died between the two leaves the rest to
// its successor.
func (m *Member) reconfigure() {
	for {
		select {
		case <-m.machine.roster.pulse:
		case <-m.led:
		case <-m.ctx.Done():
			return
		}
		for m.ctx.Err() == nil && m.raft.State() == raft.Leader && m.reconfigureOnce() {
		}
	}
}

// reconfigureOnce makes one change and tells whether to look again.
func (m *Member) reconfigureOnce() bool {
	if !m.upToDate() {
		return m.pauseFor(reconfigureRetry)
	}
	change := m.nextChange()
	if change == nil {
		return false
	}
	if err := change(); err != nil {
		return m.pauseFor(reconfigureRetry)
	}
	return true
}

// upToDate waits until this leader has applied what was committed before it
// began to lead: an older membership must not undo a newer one.
func (m *Member) upToDate() bool {
	ctx, cancel := context.WithTimeout(m.ctx, RequestTimeout)
	defer cancel()
	return m.awaitOwnTerm() == nil && m.awaitApplied(ctx, m.raft.CommitIndex()) == nil
}

func (m *Member) pauseFor(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-m.ctx.Done():
		return false
	}
}

// nextChange is the first thing in which raft's configuration differs from the
// membership, or nil.
func (m *Member) nextChange() func() error {
	have := m.raft.GetConfiguration().Configuration().Servers
	want := m.machine.roster.list()
	if len(want) == 0 {
		return nil
	}
	for _, s := range have {
		if id := parseID(string(s.ID)); m.machine.roster.get(id) == nil {
			return m.removal(s.ID)
		}
	}
	for _, member := range want {
		if change := m.adoption(member, have); change != nil {
			return change
		}
	}
	return nil
}

// removal takes a server out. A leader that is removed itself hands over
// first, and its successor does it.
func (m *Member) removal(id raft.ServerID) func() error {
	if parseID(string(id)) == m.identity.MemberID {
		return func() error { return m.raft.LeadershipTransfer().Error() }
	}
	return func() error { return m.raft.RemoveServer(id, 0, 0).Error() }
}

// adoption brings a member into the configuration as it is in the membership,
// or is nil if it is there.
func (m *Member) adoption(member *api.Member, have []raft.Server) func() error {
	want := serverOf(member)
	i := slices.IndexFunc(have, func(s raft.Server) bool { return s.ID == want.ID })
	if i >= 0 && have[i] == want {
		return nil
	}
	if member.IsLearner {
		return func() error { return m.raft.AddNonvoter(want.ID, want.Address, 0, 0).Error() }
	}
	return func() error { return m.raft.AddVoter(want.ID, want.Address, 0, 0).Error() }
}

// serverOf is a member as raft's configuration has it.
func serverOf(member *api.Member) raft.Server {
	s := raft.Server{Suffrage: raft.Voter, ID: raft.ServerID(FormatID(member.ID)), Address: address(member.PeerURLs)}
	if member.IsLearner {
		s.Suffrage = raft.Nonvoter
	}
	return s
}
