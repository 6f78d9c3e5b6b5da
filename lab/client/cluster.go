package client

import (
	"context"

	"quorumlab/lab/api"
)

// Cluster is etcd's Cluster service beside MemberList, and MoveLeader.
type Cluster interface {
	MemberAdd(context.Context, *api.MemberAddRequest) (*api.MemberAddResponse, error)
	MemberRemove(context.Context, *api.MemberRemoveRequest) (*api.MemberRemoveResponse, error)
	MemberUpdate(context.Context, *api.MemberUpdateRequest) (*api.MemberUpdateResponse, error)
	MemberPromote(context.Context, *api.MemberPromoteRequest) (*api.MemberPromoteResponse, error)
	MoveLeader(context.Context, *api.MoveLeaderRequest) (*api.MoveLeaderResponse, error)
}

func (c *client) MemberAdd(ctx context.Context, r *api.MemberAddRequest) (*api.MemberAddResponse, error) {
	resp := new(api.MemberAddResponse)
	return resp, c.call(ctx, "/etcdserverpb.Cluster/MemberAdd", r, resp, retryNever, what{})
}

func (c *client) MemberRemove(ctx context.Context, r *api.MemberRemoveRequest) (*api.MemberRemoveResponse, error) {
	resp := new(api.MemberRemoveResponse)
	return resp, c.call(ctx, "/etcdserverpb.Cluster/MemberRemove", r, resp, retryNever, what{})
}

func (c *client) MemberUpdate(ctx context.Context, r *api.MemberUpdateRequest) (*api.MemberUpdateResponse, error) {
	resp := new(api.MemberUpdateResponse)
	return resp, c.call(ctx, "/etcdserverpb.Cluster/MemberUpdate", r, resp, retryNever, what{})
}

func (c *client) MemberPromote(ctx context.Context, r *api.MemberPromoteRequest) (*api.MemberPromoteResponse, error) {
	resp := new(api.MemberPromoteResponse)
	return resp, c.call(ctx, "/etcdserverpb.Cluster/MemberPromote", r, resp, retryNever, what{})
}

func (c *client) MoveLeader(ctx context.Context, r *api.MoveLeaderRequest) (*api.MoveLeaderResponse, error) {
	resp := new(api.MoveLeaderResponse)
	return resp, c.call(ctx, "/etcdserverpb.Maintenance/MoveLeader", r, resp, retryNever, what{})
}
