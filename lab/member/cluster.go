package member

import (
	"context"
	"net"
	"net/url"
	"slices"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
)

// learnerMay tells whether a learner answers a call: its status, a read of what
// it has, and a snapshot of that.
func learnerMay(method string, body []byte) bool {
	switch method {
	case "/etcdserverpb.Maintenance/Status", "/etcdserverpb.Maintenance/Snapshot":
		return true
	case "/etcdserverpb.KV/Range":
		var r api.RangeRequest
		return api.Unmarshal(body, &r) == nil && r.Serializable
	}
	return false
}

// isLearner tells whether this member has no vote, to its own knowledge.
func (m *Member) isLearner() bool {
	self := m.machine.roster.get(m.identity.MemberID)
	return self != nil && self.IsLearner
}

// clusterHeader is the header of the Cluster service, which has no revision.
func (m *Member) clusterHeader() api.Header {
	return api.Header{ClusterID: m.identity.ClusterID, MemberID: m.identity.MemberID, RaftTerm: m.raft.CurrentTerm()}
}

// change proposes a change of the membership and gives the membership after it.
func (m *Member) change(ctx context.Context, kind uint32, member api.Member) ([]*api.Member, error) {
	resp, err := m.submit(ctx, &Command{Membership: &membershipChange{Kind: kind, Member: member}})
	if err != nil {
		return nil, err
	}
	return resp.([]*api.Member), nil
}

func (m *Member) memberAdd(ctx context.Context, r *api.MemberAddRequest) (any, error) {
	urls, ok := peerURLs(r.PeerURLs)
	if !ok {
		return nil, errBadMemberURLs
	}
	if err := m.mayAdd(ctx, r.IsLearner); err != nil {
		return nil, err
	}
	added := api.Member{ID: api.AddedMemberID(urls, "", time.Now().Unix()), PeerURLs: urls, IsLearner: r.IsLearner}
	members, err := m.change(ctx, changeAdd, added)
	if err != nil {
		return nil, err
	}
	return &api.MemberAddResponse{Header: m.clusterHeader(), Member: &added, Members: members}, nil
}

// peerURLs checks URLs as etcd does, and sorts them.
func peerURLs(list []string) ([]string, bool) {
	for _, text := range list {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" {
			return nil, false
		}
		if _, _, err := net.SplitHostPort(u.Host); err != nil {
			return nil, false
		}
	}
	return slices.Sorted(slices.Values(list)), len(list) > 0
}

func (m *Member) memberRemove(ctx context.Context, r *api.MemberRemoveRequest) (any, error) {
	if err := m.mayRemove(ctx, r.ID); err != nil {
		return nil, err
	}
	members, err := m.change(ctx, changeRemove, api.Member{ID: r.ID})
	if err != nil {
		return nil, err
	}
	return &api.MemberRemoveResponse{Header: m.clusterHeader(), Members: members}, nil
}

func (m *Member) memberUpdate(ctx context.Context, r *api.MemberUpdateRequest) (any, error) {
	members, err := m.change(ctx, changeUpdate, api.Member{ID: r.ID, PeerURLs: r.PeerURLs})
	if err != nil {
		return nil, err
	}
	return &api.MemberUpdateResponse{Header: m.clusterHeader(), Members: members}, nil
}

// memberPromote is judged by the leader, who knows how far the learner is.
func (m *Member) memberPromote(ctx context.Context, r *api.MemberPromoteRequest) (any, error) {
	if err := m.askMayPromote(ctx, r.ID); err != nil {
		return nil, err
	}
	members, err := m.change(ctx, changePromote, api.Member{ID: r.ID})
	if err != nil {
		return nil, err
	}
	return &api.MemberPromoteResponse{Header: m.clusterHeader(), Members: members}, nil
}

func (m *Member) askMayPromote(ctx context.Context, id uint64) error {
	ctx, cancel := context.WithTimeout(ctx, RequestTimeout)
	defer cancel()
	for {
		leader, _ := m.raft.LeaderWithID()
		switch {
		case m.leads():
			return m.mayPromote(ctx, id)
		case leader != "":
			_, err := m.peers.call(ctx, m, dialAddress(string(leader)), methodMayPromote, encode64(id), network.Label{Msg: "forward"})
			if refused, ok := err.(*rpc.Failure); err == nil || ok && refused.Code != codeNotLeader {
				return err
			}
		}
		select {
		case <-time.After(redial):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (m *Member) memberList(ctx context.Context, r *api.MemberListRequest) (any, error) {
	if r.Linearizable {
		if err := m.linearize(ctx); err != nil {
			return nil, err
		}
	}
	return &api.MemberListResponse{Header: m.clusterHeader(), Members: m.machine.roster.list()}, nil
}

// moveLeader hands leadership over and waits until the other has it.
func (m *Member) moveLeader(ctx context.Context, r *api.MoveLeaderRequest) (any, error) {
	target := m.machine.roster.get(r.TargetID)
	switch {
	case !m.leads():
		return nil, errNotLeader
	case target == nil || target.IsLearner:
		return nil, errBadTransferee
	case target.ID == m.identity.MemberID:
		return &api.MoveLeaderResponse{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, RequestTimeout)
	defer cancel()
	began := time.Now()
	m.line("info", "", "", "leadership transfer starting", field("local-member-id", m.id()),
		field("current-leader-member-id", m.id()), field("transferee-member-id", FormatID(target.ID)))
	s := serverOf(target)
	go m.raft.LeadershipTransferToServer(s.ID, s.Address)
	if err := m.awaitLeader(ctx, target.ID); err != nil {
		return nil, err
	}
	m.line("info", "", "etcdserver/server.go:1274", "leadership transfer finished", field("local-member-id", m.id()),
		field("old-leader-member-id", m.id()), field("new-leader-member-id", FormatID(target.ID)), field("took", time.Since(began)))
	return &api.MoveLeaderResponse{}, nil
}

func (m *Member) awaitLeader(ctx context.Context, id uint64) error {
	for {
		if _, leader := m.raft.LeaderWithID(); parseID(string(leader)) == id {
			return nil
		}
		select {
		case <-time.After(poll):
		case <-ctx.Done():
			return errTransferTimeout
		case <-m.ctx.Done():
			return errServerStopped
		}
	}
}

// publish tells the cluster this member's name and client URLs, until it is
// heard.
func (m *Member) publish() {
	self := api.Member{ID: m.identity.MemberID, Name: m.cfg.published(), ClientURLs: m.cfg.AdvertiseClients}
	for m.ctx.Err() == nil {
		known := m.machine.roster.get(self.ID)
		if known != nil && known.Name == self.Name && slices.Equal(known.ClientURLs, self.ClientURLs) {
			return
		}
		ctx, cancel := context.WithTimeout(m.ctx, RequestTimeout)
		_, err := m.change(ctx, changePublish, self)
		cancel()
		if err != nil && !m.pauseFor(redial) {
			return
		}
	}
}

// servePeerCluster answers what members ask each other about the membership.
func (m *Member) servePeerCluster(ctx context.Context, method string, body []byte) (b []byte, served bool, err error) {
	switch method {
	case methodProbe:
		return encode64(uint64(m.touch.steady(time.Now()).Microseconds())), true, nil
	case methodTerm:
		return encode64(m.raft.CurrentTerm()), true, nil
	case methodProgress:
		return encode64(m.raft.LastIndex()), true, nil
	case methodRemoved:
		return encode64(m.answerRemoved(body)), true, nil
	case methodMayPromote:
		if m.raft.State() != raft.Leader {
			return nil, true, &rpc.Failure{Code: codeNotLeader, Text: raft.ErrNotLeader.Error()}
		}
		if err := m.mayPromote(ctx, decode64(body)); err != nil {
			return nil, true, err
		}
		return []byte{}, true, nil
	}
	return nil, false, nil
}

// Methods between members that concern the membership.
const (
	methodProbe      = "probe"       // how long the member has been in touch with its cluster, in µs
	methodTerm       = "term"        // the term it is in
	methodProgress   = "progress"    // the last index of its log
	methodRemoved    = "removed"     // whether a member is out
	methodMayPromote = "may-promote" // whether the leader lets a learner be promoted
)
