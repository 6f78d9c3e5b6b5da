package member

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/lease"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
)

func (m *Member) leaseGrant(ctx context.Context, r *api.LeaseGrantRequest) (any, error) {
	if r.ID == 0 {
		r.ID = int64(m.ids.Add(1) &^ (1 << 63))
	}
	return m.write(ctx, &Command{LeaseGrant: r})
}

func (m *Member) leaseRevoke(ctx context.Context, r *api.LeaseRevokeRequest) (any, error) {
	return m.write(ctx, &Command{LeaseRevoke: r})
}

// leaseLeases lists the leases that this member knows of; nobody else is asked.
func (m *Member) leaseLeases(context.Context, *api.LeaseLeasesRequest) (any, error) {
	resp := &api.LeaseLeasesResponse{Header: m.header()}
	for _, l := range m.machine.leases.Snapshot() {
		resp.Leases = append(resp.Leases, &api.LeaseStatus{ID: l.ID})
	}
	return resp, nil
}

// leaseKeepAlive renews a lease at the leader. That there is none is a TTL of 0.
func (m *Member) leaseKeepAlive(ctx context.Context, r *api.LeaseKeepAliveRequest) (any, error) {
	resp := &api.LeaseKeepAliveResponse{ID: r.ID, Header: m.header()}
	err := m.atLeader(ctx, methodLeaseRenew, r, resp, func(ctx context.Context) (any, error) { return m.renew(ctx, r.ID) })
	if errors.Is(err, lease.ErrNotFound) {
		resp.TTL, err = 0, nil
	}
	resp.Header = m.header()
	return resp, err
}

// leaseTimeToLive asks the leader, who alone knows. That there is no such lease
// is a TTL of -1.
func (m *Member) leaseTimeToLive(ctx context.Context, r *api.LeaseTimeToLiveRequest) (any, error) {
	resp := &api.LeaseTimeToLiveResponse{ID: r.ID}
	err := m.atLeader(ctx, methodLeaseTTL, r, resp, func(ctx context.Context) (any, error) { return m.timeToLive(ctx, r) })
	if errors.Is(err, lease.ErrNotFound) {
		resp.TTL, err = -1, nil
	}
	resp.Header = m.header()
	return resp, err
}

// renew renews a lease here, once a quorum has confirmed that this member leads
// (server/etcdserver/v3_server.go, ensureLeadership): one that was frozen or cut
// off while another one took over would promise what that one does not know of.
func (m *Member) renew(ctx context.Context, id int64) (any, error) {
	if err := m.asLeader(ctx); err != nil {
		return nil, err
	}
	ttl, err := m.machine.leases.Renew(ctx, id)
	return &api.LeaseKeepAliveResponse{ID: id, TTL: ttl}, err
}

func (m *Member) timeToLive(ctx context.Context, r *api.LeaseTimeToLiveRequest) (any, error) {
	if err := m.asLeader(ctx); err != nil {
		return nil, err
	}
	remaining, granted, keys, err := m.machine.leases.TTL(r.ID)
	resp := &api.LeaseTimeToLiveResponse{ID: r.ID, TTL: remaining, GrantedTTL: granted}
	for _, key := range keys {
		if r.Keys {
			resp.Keys = append(resp.Keys, []byte(key))
		}
	}
	return resp, err
}

// asLeader returns when a quorum has confirmed that this member leads, and it has
// applied what was committed by then.
func (m *Member) asLeader(ctx context.Context) error {
	if !leaseCheck {
		return m.awaitApplied(ctx, m.raft.CommitIndex())
	}
	index, err := m.confirmed(ctx)
	if err != nil {
		return err
	}
	return m.awaitApplied(ctx, index)
}

// Calls that only the leader can answer, between members.
const (
	methodLeaseRenew = "lease-renew"
	methodLeaseTTL   = "lease-time-to-live"
)

// leaderPause is how long is waited before the leader is asked again.
const leaderPause = 50 * time.Millisecond

// atLeader asks whoever leads, for RequestTimeout at most: this member by here,
// another over the network. resp gets the answer. Errors are lease.ErrNotFound,
// errNoLeader and errTimeout.
func (m *Member) atLeader(ctx context.Context, method string, request, resp any, here func(context.Context) (any, error)) error {
	ctx, cancel := context.WithTimeout(ctx, RequestTimeout)
	defer cancel()
	led := false
	for {
		leader, _ := m.raft.LeaderWithID()
		led = leader != ""
		answer, err := m.askLeader(ctx, string(leader), method, request, here)
		switch {
		case err == nil:
			return api.Unmarshal(answer, resp)
		case errors.Is(err, lease.ErrNotFound):
			return err
		}
		select {
		case <-time.After(leaderPause):
		case <-ctx.Done():
			if !led {
				return errNoLeader
			}
			return errTimeout
		}
	}
}

func (m *Member) askLeader(ctx context.Context, leader, method string, request any, here func(context.Context) (any, error)) ([]byte, error) {
	switch {
	case m.raft.State() == raft.Leader:
		resp, err := here(ctx)
		if err != nil {
			return nil, err
		}
		return api.Marshal(resp), nil
	case leader == "":
		return nil, errNoLeader
	}
	answer, err := m.peers.call(ctx, m, leader, method, api.Marshal(request), network.Label{Msg: "forward", Method: leaseMethods[method]})
	var failed *rpc.Failure
	if errors.As(err, &failed) && failed.Code == lease.ErrNotFound.Code {
		err = lease.ErrNotFound
	}
	return answer, err
}

// leaseMethods are the calls of clients that lead to those between members, for
// events.
var leaseMethods = map[string]string{methodLeaseRenew: "LeaseKeepAlive", methodLeaseTTL: "LeaseTimeToLive"}

// serveLease answers another member that takes this one for the leader.
func (m *Member) serveLease(ctx context.Context, method string, body []byte) ([]byte, network.Label, error) {
	label := network.Label{Msg: "forward-reply", Method: leaseMethods[method]}
	resp, err := m.leaseHere(ctx, method, body)
	if err != nil {
		return nil, label, failure(err)
	}
	label.OK = true
	return api.Marshal(resp), label, nil
}

func (m *Member) leaseHere(ctx context.Context, method string, body []byte) (any, error) {
	if method == methodLeaseRenew {
		return serve(body, func(r *api.LeaseKeepAliveRequest) (any, error) { return m.renew(ctx, r.ID) })
	}
	return serve(body, func(r *api.LeaseTimeToLiveRequest) (any, error) { return m.timeToLive(ctx, r) })
}
