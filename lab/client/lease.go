package client

import (
	"context"
	"errors"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/network"
)

// Leases are the calls about leases, and transactions.
type Leases interface {
	Txn(context.Context, *api.TxnRequest) (*api.TxnResponse, error)
	LeaseGrant(context.Context, *api.LeaseGrantRequest) (*api.LeaseGrantResponse, error)
	LeaseRevoke(context.Context, *api.LeaseRevokeRequest) (*api.LeaseRevokeResponse, error)
	LeaseTimeToLive(context.Context, *api.LeaseTimeToLiveRequest) (*api.LeaseTimeToLiveResponse, error)
	LeaseLeases(context.Context, *api.LeaseLeasesRequest) (*api.LeaseLeasesResponse, error)
	// KeepAliveOnce renews a lease once.
	KeepAliveOnce(ctx context.Context, id int64) (*api.LeaseKeepAliveResponse, error)
	// KeepAlive renews a lease at once and whenever a third of its time is over,
	// and gives each answer to the function given. It returns nil when the lease
	// is gone, or may be because nobody answered for as long as it lasts, and
	// else ctx's error.
	KeepAlive(ctx context.Context, id int64, each func(*api.LeaseKeepAliveResponse)) error
}

func (c *client) Txn(ctx context.Context, r *api.TxnRequest) (*api.TxnResponse, error) {
	resp := new(api.TxnResponse)
	return resp, c.call(ctx, "/etcdserverpb.KV/Txn", r, resp, retryWrites, what{})
}

func (c *client) LeaseGrant(ctx context.Context, r *api.LeaseGrantRequest) (*api.LeaseGrantResponse, error) {
	resp := new(api.LeaseGrantResponse)
	return resp, c.call(ctx, leaseService+"LeaseGrant", r, resp, retryReads, what{})
}

func (c *client) LeaseRevoke(ctx context.Context, r *api.LeaseRevokeRequest) (*api.LeaseRevokeResponse, error) {
	resp := new(api.LeaseRevokeResponse)
	return resp, c.call(ctx, leaseService+"LeaseRevoke", r, resp, retryReads, what{})
}

func (c *client) LeaseTimeToLive(ctx context.Context, r *api.LeaseTimeToLiveRequest) (*api.LeaseTimeToLiveResponse, error) {
	resp := new(api.LeaseTimeToLiveResponse)
	return resp, c.call(ctx, leaseService+"LeaseTimeToLive", r, resp, retryReads, what{})
}

func (c *client) LeaseLeases(ctx context.Context, r *api.LeaseLeasesRequest) (*api.LeaseLeasesResponse, error) {
	resp := new(api.LeaseLeasesResponse)
	return resp, c.call(ctx, leaseService+"LeaseLeases", r, resp, retryReads, what{serializable: true})
}

const (
	leaseService = "/etcdserverpb.Lease/"
	keepAlive    = leaseService + "LeaseKeepAlive"
)

// How the real client keeps leases alive (client/v3/lease.go).
const (
	keepAliveCheck = 500 * time.Millisecond // how often it looks what is due, and until it tries again
	keepAliveFirst = time.Second            // on top of the dial timeout: until it gives up on a first answer
)

// errLeaseNotFound is what a TTL of 0 means.
var errLeaseNotFound = &Error{Code: NotFound, Desc: "etcdserver: requested lease not found", Definite: true}

const noLeader = "etcdserver: no leader"

// renew makes one attempt. It is part of a stream in the real client: nobody is
// warned if it fails.
func (c *client) renew(ctx context.Context, id int64, from int) (*api.LeaseKeepAliveResponse, error) {
	_, conn, err := c.pick(ctx, from)
	if err != nil {
		return nil, err
	}
	body := api.Marshal(&api.LeaseKeepAliveRequest{ID: id})
	got, err := conn.Call(c.as(ctx, keepAlive), keepAlive, body, network.Label{Msg: "request", Method: "LeaseKeepAlive"})
	if err != nil {
		return nil, asError(err)
	}
	resp := new(api.LeaseKeepAliveResponse)
	if err := api.Unmarshal(got, resp); err != nil {
		return nil, &Error{Code: Unknown, Desc: err.Error()}
	}
	return resp, nil
}

func (c *client) KeepAliveOnce(ctx context.Context, id int64) (*api.LeaseKeepAliveResponse, error) {
	for from := 0; ; from++ {
		resp, err := c.renew(ctx, id, from)
		var e *Error
		switch {
		case err == nil && resp.TTL <= 0:
			return nil, errLeaseNotFound
		case err == nil || ctx.Err() != nil:
			return resp, err
		case !errors.As(err, &e) || e.Code != Unavailable || e.Desc == noLeader:
			return nil, err
		}
		if err := pause(ctx, roundPause); err != nil {
			return nil, err
		}
	}
}

// pause waits, or gives ctx's error.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *client) KeepAlive(ctx context.Context, id int64, each func(*api.LeaseKeepAliveResponse)) error {
	deadline := time.Now().Add(c.config.DialTimeout + keepAliveFirst)
	for from := 0; ; {
		attempt, cancel := context.WithDeadline(ctx, deadline)
		resp, err := c.renew(attempt, id, from)
		cancel()
		wait := keepAliveCheck
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			from++
		case resp.TTL <= 0:
			return nil
		default:
			each(resp)
			ttl := time.Duration(resp.TTL) * time.Second
			deadline = time.Now().Add(ttl)
			wait = (ttl/3 + keepAliveCheck - 1) / keepAliveCheck * keepAliveCheck
		}
		if !time.Now().Before(deadline) {
			return nil
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}
