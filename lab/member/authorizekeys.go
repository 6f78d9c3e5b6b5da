package member

import (
	"context"

	"quorumlab/lab/api"
	"quorumlab/lab/auth"
)

// authorizeTxn refuses a transaction of which any part is refused, whichever of
// its lists is carried out.
func (m *machine) authorizeTxn(who auth.Caller, r *api.TxnRequest) error {
	for _, c := range r.Compare {
		if err := m.auth.CheckRange(who, c.Key, c.RangeEnd); err != nil {
			return err
		}
	}
	for _, list := range [][]*api.RequestOp{r.Success, r.Failure} {
		for _, op := range list {
			if err := m.authorizeOp(who, op); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *machine) authorizeOp(who auth.Caller, op *api.RequestOp) error {
	switch {
	case op.Range != nil:
		return m.auth.CheckRange(who, op.Range.Key, op.Range.RangeEnd)
	case op.Put != nil:
		return m.authorizePut(who, op.Put)
	case op.DeleteRange != nil:
		return m.authorizeDelete(who, op.DeleteRange)
	case op.Txn != nil:
		return m.authorizeTxn(who, op.Txn)
	}
	return nil
}

// authorizeLease refuses who may not write every key that a lease has: they go
// with it.
func (m *machine) authorizeLease(who auth.Caller, id int64) error {
	for _, key := range m.leases.Keys(id) {
		if err := m.auth.CheckPut(who, []byte(key)); err != nil {
			return err
		}
	}
	return nil
}

// mayWatch refuses a watch of what its caller may not read.
func (m *Member) mayWatch(ctx context.Context, r *api.WatchCreateRequest) error {
	if !m.machine.auth.Enabled() {
		return nil
	}
	who, err := m.caller(ctx)
	if err != nil {
		return err
	}
	return m.machine.auth.CheckRange(who, r.Key, r.RangeEnd)
}
