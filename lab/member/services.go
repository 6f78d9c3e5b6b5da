package member

import (
	"context"

	"quorumlab/lab/api"
	"quorumlab/lab/rpc"
	"quorumlab/lab/txn"
)

// service carries out one kind of call.
type service func(m *Member, ctx context.Context, body []byte, send sender) (any, error)

// services are calls by their methods.
var services = map[string]service{
	"/etcdserverpb.KV/Txn":                 unary((*Member).txn),
	"/etcdserverpb.Lease/LeaseGrant":       unary((*Member).leaseGrant),
	"/etcdserverpb.Lease/LeaseRevoke":      unary((*Member).leaseRevoke),
	"/etcdserverpb.Lease/LeaseKeepAlive":   unary((*Member).leaseKeepAlive),
	"/etcdserverpb.Lease/LeaseTimeToLive":  unary((*Member).leaseTimeToLive),
	"/etcdserverpb.Lease/LeaseLeases":      unary((*Member).leaseLeases),
	"/etcdserverpb.Maintenance/Alarm":      unary((*Member).alarm),
	"/etcdserverpb.Maintenance/MoveLeader": unary((*Member).moveLeader),
	"/etcdserverpb.Cluster/MemberAdd":      unary((*Member).memberAdd),
	"/etcdserverpb.Cluster/MemberRemove":   unary((*Member).memberRemove),
	"/etcdserverpb.Cluster/MemberUpdate":   unary((*Member).memberUpdate),
	"/etcdserverpb.Cluster/MemberPromote":  unary((*Member).memberPromote),
	"/etcdserverpb.Cluster/MemberList":     unary((*Member).memberList),
	"/etcdserverpb.Watch/Watch":            serveWatch,
}

// unary makes a service of a method with one request and one answer.
func unary[R any](do func(*Member, context.Context, *R) (any, error)) service {
	return func(m *Member, ctx context.Context, body []byte, _ sender) (any, error) {
		return serve(body, func(r *R) (any, error) { return do(m, ctx, r) })
	}
}

// txn carries out a transaction: through the log if it may change anything,
// else on the keys as they are.
func (m *Member) txn(ctx context.Context, r *api.TxnRequest) (any, error) {
	if err := txn.Check(r); err != nil {
		return nil, err
	}
	if !txn.ReadOnly(r) {
		return m.write(ctx, &Command{Txn: r})
	}
	if !txn.Serializable(r) {
		if err := m.linearize(ctx); err != nil {
			return nil, err
		}
	}
	if m.machine.auth.Enabled() {
		who, err := m.caller(ctx)
		if err == nil {
			err = m.machine.authorizeTxn(who, r)
		}
		if err != nil {
			return nil, err
		}
	}
	w := m.machine.store.Begin()
	resp, err := txn.Apply(w, m.machine.leases, r)
	w.End()
	if err != nil {
		return nil, err
	}
	m.setHeader(resp)
	return resp, nil
}

func serveWatch(m *Member, ctx context.Context, body []byte, send sender) (any, error) {
	var r api.WatchRequest
	if err := api.Unmarshal(body, &r); err != nil {
		return nil, &rpc.Failure{Code: "Internal", Text: err.Error()}
	}
	return nil, m.watch(ctx, &r, send)
}
