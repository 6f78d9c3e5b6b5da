package member

import (
	"cmp"
	"context"

	"quorumlab/lab/api"
)

// DefaultQuota is etcd's default --quota-backend-bytes.
const DefaultQuota = 2 << 30

// What a request costs beside its keys and values, in bytes
// (server/storage/quota.go).
const (
	kvOverhead    = 256
	leaseOverhead = 64
)

// costOf is what a command makes the database grow by, in bytes; 0 if it does
// not.
func costOf(c *Command) int64 {
	switch {
	case c.Put != nil:
		return costOfPut(c.Put)
	case c.Txn != nil:
		return costOfTxn(c.Txn)
	case c.LeaseGrant != nil:
		return leaseOverhead
	}
	return 0
}

func costOfPut(r *api.PutRequest) int64 { return int64(kvOverhead + len(r.Key) + len(r.Value)) }

// costOfTxn is the cost of the dearer list.
func costOfTxn(r *api.TxnRequest) int64 { return max(costOfOps(r.Success), costOfOps(r.Failure)) }

func costOfOps(list []*api.RequestOp) (sum int64) {
	for _, op := range list {
		switch {
		case op.Put != nil:
			sum += costOfPut(op.Put)
		case op.Txn != nil:
			sum += costOfTxn(op.Txn)
		}
	}
	return sum
}

// quota is how large this member's database may grow, in bytes; less than 0 is
// no limit, as in etcd.
func (m *Member) quota() int64 { return cmp.Or(m.cfg.QuotaBytes, DefaultQuota) }

// available refuses a command that would make this member's database outgrow its
// quota, and raises the alarm, on every attempt, as etcd does.
func (m *Member) available(ctx context.Context, c *Command) error {
	cost := costOf(c)
	size, _ := m.machine.store.Size()
	if cost == 0 || m.quota() < 0 || size+cost < m.quota() {
		return nil
	}
	raise := &api.AlarmRequest{Action: alarmActivate, MemberID: m.identity.MemberID, Alarm: alarmNoSpace}
	if _, err := m.write(ctx, &Command{Alarm: raise}); err == nil {
		m.Log("warn", "alarm raised", map[string]any{"alarm": "NOSPACE", "from": FormatID(m.identity.MemberID)})
	}
	return errNoSpace
}
