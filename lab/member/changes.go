package member

import (
	"fmt"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/event"
	"quorumlab/lab/lease"
	"quorumlab/lab/mvcc"
	"quorumlab/lab/txn"
)

// This file is what commands do that change more than one thing: keys and the
// leases they are attached to.

// change carries out what changes keys.
func (m *machine) change(w *mvcc.Write, c *Command) (any, error) {
	switch {
	case c.Put != nil:
		if err := txn.CanPut(w, m.leases, c.Put); err != nil {
			return nil, err
		}
		return txn.Put(w, c.Put), nil
	case c.DeleteRange != nil:
		return txn.Delete(w, c.DeleteRange), nil
	case c.Txn != nil:
		return orError(txn.Apply(w, m.leases, c.Txn))
	case c.LeaseRevoke != nil:
		return m.revoke(w, c.LeaseRevoke)
	}
	return nil, nil
}

// orError makes a nil any of a nil response.
func orError[R any](resp *R, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// revoke deletes the keys of a lease, in one transaction and in order, and the
// lease.
func (m *machine) revoke(w *mvcc.Write, r *api.LeaseRevokeRequest) (any, error) {
	keys, err := m.leases.Revoke(r.ID)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		w.Delete([]byte(key), nil)
	}
	return &api.LeaseRevokeResponse{Header: api.Header{Revision: w.Rev()}}, nil
}

// attach ties changed keys to their leases.
func (m *machine) attach(changes []*mvcc.Revision) {
	for _, c := range changes {
		m.leases.Attach(c.KV.Key, c.KV.Lease)
	}
}

func (m *machine) grant(r *api.LeaseGrantRequest, told bool) outcome {
	ttl, err := m.leases.Grant(r.ID, r.TTL)
	if err != nil {
		return outcome{err: err}
	}
	if told {
		m.emit(event.Event{Type: event.Lease, What: "granted", Text: leaseText(r.ID), Seconds: ttl})
	}
	return outcome{resp: &api.LeaseGrantResponse{Header: api.Header{Revision: m.store.Rev()}, ID: r.ID, TTL: ttl}}
}

// leaseText writes a lease's ID as etcdctl does; "" for none.
func leaseText(id int64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("%016x", uint64(id))
}

// tellRevoked reports the end of a lease, and with how many keys.
func (m *machine) tellRevoked(c *Command, l *raft.Log, rev int64, keys int) {
	what := "revoked"
	if c.Expired {
		what = "expired"
	}
	m.emit(event.Event{Type: event.Lease, What: what, Text: leaseText(c.LeaseRevoke.ID), Index: l.Index, Rev: rev, Keys: int64(keys)})
}

// restoreLeases makes leases and what is attached to them anew.
func (m *machine) restoreLeases(all []lease.Lease) {
	m.leases.Restore(all)
	m.store.Leased(m.leases.Attach)
}
