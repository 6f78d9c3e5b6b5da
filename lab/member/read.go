package member

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/network"
)

// readIndex answers linearizable reads as in section 6.4 of Ongaro's
// dissertation: the leader notes its commit index, makes sure by a round of
// heartbeats that it still leads, and the reader waits until it has applied up
// to there. Reads that arrive during a round share the next one.
type readIndex struct {
	sync.Mutex
	next    *readRound
	running bool
	told    time.Time // that reads wait
}

type readRound struct {
	done  chan struct{}
	index uint64
	err   error
}

// poll is how often a wait looks again where raft announces nothing.
const poll = 5 * time.Millisecond

// confirmed returns a commit index that this member, as leader, was entitled
// to when the call began. It fails if the member does not lead.
func (m *Member) confirmed(ctx context.Context) (uint64, error) {
	r := &m.reads
	r.Lock()
	round := r.next
	if round == nil {
		round = &readRound{done: make(chan struct{})}
		r.next = round
	}
	if !r.running {
		r.running = true
		go m.confirmRounds()
	}
	r.Unlock()
	select {
	case <-round.done:
		return round.index, round.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (m *Member) confirmRounds() {
	r := &m.reads
	for {
		r.Lock()
		round := r.next
		r.next = nil
		if round == nil {
			r.running = false
			r.Unlock()
			return
		}
		r.Unlock()
		round.index, round.err = m.confirm()
		close(round.done)
	}
}

func (m *Member) confirm() (uint64, error) {
	if err := m.awaitOwnTerm(); err != nil {
		return 0, err
	}
	index := m.raft.CommitIndex()
	if voters, learners := m.electorate(); learners {
		return index, m.verifyWith(voters)
	}
	return index, m.raft.VerifyLeader().Error()
}

// awaitOwnTerm waits until the leader has committed an entry of its own term:
// before that its commit index may lag behind what clients were told.
func (m *Member) awaitOwnTerm() error {
	for {
		if m.raft.State() != raft.Leader {
			return raft.ErrNotLeader
		}
		var l raft.Log
		err := m.handle.GetLog(m.raft.CommitIndex(), &l)
		if err == nil && l.Term == m.raft.CurrentTerm() || err != nil && m.raft.CommitIndex() > 0 && m.raft.LastIndex() == m.raft.CommitIndex() {
			return nil
		}
		select {
		case <-time.After(poll):
		case <-m.ctx.Done():
			return m.ctx.Err()
		}
	}
}

// linearize returns when a read from this member's own store is linearizable.
// It tries for RequestTimeout, asking whoever leads.
func (m *Member) linearize(ctx context.Context) error {
	if !quorumCheck {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, RequestTimeout)
	defer cancel()
	slow := m.watchRead()
	defer slow.Stop()
	for {
		index, err := m.askReadIndex(ctx)
		if err == nil {
			return m.awaitApplied(ctx, index)
		}
		select {
		case <-time.After(redial):
		case <-ctx.Done():
			m.metrics.failedReads.Add(1)
			return ctx.Err()
		}
	}
}

// readRetry is etcd's readIndexRetryTime: after it a read index is asked for
// anew, and the log says so. Here it is only said.
const readRetry = 500 * time.Millisecond

// watchRead says every 500 ms that a read still waits, once for all that do.
func (m *Member) watchRead() *time.Timer {
	var t *time.Timer
	t = time.AfterFunc(readRetry, func() {
		if m.dead.Load() {
			return
		}
		now := time.Now()
		m.reads.Lock()
		told := now.Sub(m.reads.told) < readRetry
		if !told {
			m.reads.told = now
		}
		m.reads.Unlock()
		if !told {
			m.metrics.slowReads.Add(1)
			m.line("warn", "", "etcdserver/v3_server.go:1016", "waiting for ReadIndex response took too long, retrying",
				field("sent-request-id", m.ids.Load()), field("retry-timeout", readRetry))
		}
		t.Reset(readRetry)
	})
	return t
}

func (m *Member) askReadIndex(ctx context.Context) (uint64, error) {
	if m.raft.State() == raft.Leader {
		return m.confirmed(ctx)
	}
	leader, _ := m.raft.LeaderWithID()
	if leader == "" {
		return 0, errNoLeader
	}
	body, err := m.peers.call(ctx, m, dialAddress(string(leader)), methodReadIndex, nil, network.Label{Msg: "read-index", Method: "Range"})
	if err != nil {
		return 0, err
	}
	return decode64(body), nil
}

// awaitApplied waits until this member has applied up to index.
func (m *Member) awaitApplied(ctx context.Context, index uint64) error {
	for {
		_, changed := m.machine.applied()
		if m.caughtUp(index) {
			return nil
		}
		select {
		case <-changed:
		case <-time.After(poll):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// caughtUp tells whether every command up to index is applied. raft does not
// show its own entries (a new leader's first, say) to the state machine.
func (m *Member) caughtUp(index uint64) bool {
	applied, _ := m.machine.applied()
	if applied >= index {
		return true
	}
	if m.raft.AppliedIndex() < index {
		return false
	}
	for i := applied + 1; i <= index; i++ {
		var l raft.Log
		if m.handle.GetLog(i, &l) == nil && l.Type == raft.LogCommand {
			return false
		}
	}
	return true
}
