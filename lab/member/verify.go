package member

import (
	"context"

	"github.com/hashicorp/raft"
)

// electorate is the other voters in raft's configuration, and whether it has
// servers without a vote.
func (m *Member) electorate() (voters []raft.Server, learners bool) {
	for _, s := range m.raft.GetConfiguration().Configuration().Servers {
		switch {
		case s.Suffrage != raft.Voter:
			learners = true
		case parseID(string(s.ID)) != m.identity.MemberID:
			voters = append(voters, s)
		}
	}
	return voters, learners
}

// verifyWith makes sure that this member still led when it was called: a quorum
// of voters is in its term, so nobody was elected in a later one. It stands in
// for raft's VerifyLeader, which takes a learner's heartbeat for a vote
// (hashicorp/raft v1.8 verifyLeader), where there are learners.
func (m *Member) verifyWith(voters []raft.Server) error {
	term := m.raft.CurrentTerm()
	if m.raft.State() != raft.Leader {
		return raft.ErrNotLeader
	}
	ctx, cancel := context.WithTimeout(m.ctx, probePatience)
	defer cancel()
	answers := make(chan bool, len(voters))
	for _, s := range voters {
		go func() {
			b, err := m.askPeer(ctx, []string{dialAddress(string(s.Address))}, methodTerm, nil)
			answers <- err == nil && decode64(b) == term
		}()
	}
	agreed := 1
	for range voters {
		if agreed >= quorum(len(voters)+1) {
			break
		}
		if <-answers {
			agreed++
		}
	}
	if agreed < quorum(len(voters)+1) {
		return raft.ErrNotLeader
	}
	return nil
}
