package member

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/network"
)

// healthInterval is etcd's HealthInterval: membership changes want members that
// have been connected for so long without a break.
const healthInterval = 5 * time.Second

// probePatience bounds how long a member is asked whether it is there.
const probePatience = 500 * time.Millisecond

// touch is since when this process has been in touch with its cluster: it
// leads, or hears a leader, without a gap of peerTimeout, after which etcd
// gives a connection up.
type touch struct {
	mu    sync.Mutex
	since time.Time
	last  time.Time
}

// look takes a sample; the world calls it once a tick.
func (c *touch) look(now time.Time, leads bool, heard time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if leads {
		heard = now
	}
	if heard.After(c.last) {
		c.last = heard
	}
	if c.since.IsZero() || now.Sub(c.last) >= peerTimeout {
		c.since = now
	}
}

// steady is how long it has lasted.
func (c *touch) steady(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.since.IsZero() {
		return 0
	}
	return now.Sub(c.since)
}

// leaderless is how long nobody was heard to lead.
func (c *touch) leaderless(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.Sub(c.last)
}

// activity is what a probe of a member found.
type activity struct {
	active bool          // it answered
	steady time.Duration // how long it and this one have been in touch
}

// probeAll asks other members whether they are there, all at once.
func (m *Member) probeAll(ctx context.Context, members []*api.Member) map[uint64]activity {
	var mu sync.Mutex
	var wait sync.WaitGroup
	found := map[uint64]activity{}
	for _, member := range members {
		if member.ID == m.identity.MemberID {
			continue
		}
		wait.Go(func() {
			a := m.probe(ctx, member)
			mu.Lock()
			defer mu.Unlock()
			found[member.ID] = a
		})
	}
	wait.Wait()
	return found
}

func (m *Member) probe(ctx context.Context, member *api.Member) activity {
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	b, err := m.askPeer(ctx, member.PeerURLs, methodProbe, nil)
	if err != nil {
		return activity{}
	}
	theirs := time.Duration(decode64(b)) * time.Microsecond
	return activity{active: true, steady: min(theirs, m.touch.steady(time.Now()))}
}

// askPeer asks something of the member at some URLs. It gives up with ctx, even
// while a connection is being made.
func (m *Member) askPeer(ctx context.Context, urls []string, method string, body []byte) ([]byte, error) {
	type answer struct {
		body []byte
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		b, err := m.peers.call(ctx, m, hostPort(urls), method, body, network.Label{Msg: "probe"})
		answers <- answer{b, err}
	}()
	select {
	case a := <-answers:
		return a.body, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// connectedSince counts the members among some, this one included, that have
// been connected for the health interval (etcd: numConnectedSince).
func connectedSince(members []*api.Member, self uint64, found map[uint64]activity) (n int) {
	for _, member := range members {
		if member.ID == self || found[member.ID].active && found[member.ID].steady >= healthInterval {
			n++
		}
	}
	return n
}

// mayAdd wants enough members that run, counting the new one as one that does
// not: by their names, and by their connections.
func (m *Member) mayAdd(ctx context.Context, learner bool) error {
	if m.cfg.LaxReconfig {
		return nil
	}
	voters := m.machine.roster.voters()
	if !learner && !enoughStarted(voters, 0, 1, 0) {
		return m.refuse("rejecting member add request; not enough healthy members", errNotEnoughStarted)
	}
	if len(voters) == 1 {
		return nil
	}
	if connectedSince(voters, m.identity.MemberID, m.probeAll(ctx, voters)) < quorum(len(voters)+1) {
		return m.refuse("rejecting member add request; local member has not been connected to majority peers, reconfigure breaks active quorum", errUnhealthy)
	}
	return nil
}

// mayRemove wants a quorum of started and of connected members to stay. One
// that is down takes nothing away from those that are not.
func (m *Member) mayRemove(ctx context.Context, id uint64) error {
	gone := m.machine.roster.get(id)
	if m.cfg.LaxReconfig || gone == nil || gone.IsLearner {
		return nil
	}
	voters := m.machine.roster.voters()
	if !enoughStarted(voters, id, 0, 0) {
		return m.refuse("rejecting member remove request; not enough healthy members", errNotEnoughStarted)
	}
	found := m.probeAll(ctx, voters)
	if id != m.identity.MemberID && !found[id].active {
		return nil
	}
	if connectedSince(voters, m.identity.MemberID, found)-1 < quorum(len(voters)-1) {
		return m.refuse("rejecting member remove request; local member has not been connected to all peers, reconfigure breaks active quorum", errUnhealthy)
	}
	return nil
}

// enoughStarted tells whether the voters that have published a name, without
// one of them and with some more (started or not), are a quorum (etcd:
// IsReadyToAddVotingMember and its sisters).
func enoughStarted(voters []*api.Member, without uint64, more, startedMore int) bool {
	members, started := more, startedMore
	for _, v := range voters {
		if v.ID == without {
			continue
		}
		members++
		if v.Name != "" {
			started++
		}
	}
	if without == 0 && startedMore == 0 && started == 1 && members == 2 {
		return true // a cluster of one grows
	}
	return started >= quorum(members)
}

func quorum(members int) int { return members/2 + 1 }

func (m *Member) refuse(text string, err error) error {
	m.line("warn", "", "", text, field("local-member-id", m.id()), field("error", err.Error()))
	return err
}

// readyPercent is etcd's readyPercentThreshold: how far a learner must have
// come.
const readyPercent = 90

// mayPromote wants a learner that has most of the leader's log. It runs where
// the leader is.
func (m *Member) mayPromote(ctx context.Context, id uint64) error {
	learner := m.machine.roster.get(id)
	if learner == nil {
		return errMemberNotFound
	}
	if id != m.identity.MemberID && m.lastIndexOf(ctx, learner)*100 < m.raft.LastIndex()*readyPercent {
		return errLearnerNotReady
	}
	if !m.cfg.LaxReconfig && !enoughStarted(m.machine.roster.voters(), 0, 1, 1) {
		return m.refuse("rejecting member promote request; not enough healthy members", errNotEnoughStarted)
	}
	return nil
}

// lastIndexOf is how far a member's log goes; 0 if it does not say.
func (m *Member) lastIndexOf(ctx context.Context, member *api.Member) uint64 {
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	b, err := m.askPeer(ctx, member.PeerURLs, methodProgress, nil)
	if err != nil {
		return 0
	}
	return decode64(b)
}

// leads tells whether this member leads, to its own knowledge.
func (m *Member) leads() bool { return m.raft.State() == raft.Leader }
