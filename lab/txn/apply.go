package txn

import (
	"bytes"
	"cmp"

	"quorumlab/lab/api"
	"quorumlab/lab/mvcc"
)

// Leases are what a transaction has to know of leases.
type Leases interface {
	Has(id int64) bool
}

// ErrLeaseNotFound refuses a put with a lease that does not exist.
var ErrLeaseNotFound = &Error{"NotFound", "etcdserver: requested lease not found"}

// Apply carries out a transaction that Check lets pass: all of it, or none if
// there is an error. Which lists are carried out, nested ones too, is decided
// before anything is written; a list's later requests see what its earlier ones
// wrote. It is a function of the store, the leases and the request alone.
func Apply(w *mvcc.Write, leases Leases, r *api.TxnRequest) (*api.TxnResponse, error) {
	p := decide(w, r)
	if err := p.check(w, leases); err != nil {
		return nil, err
	}
	return p.run(w)
}

// path is the lists that are carried out: this transaction's, and those of the
// nested ones in it, in order.
type path struct {
	succeeded bool
	ops       []*api.RequestOp
	nested    []*path
}

func decide(w *mvcc.Write, r *api.TxnRequest) *path {
	p := &path{succeeded: holds(w, r.Compare), ops: r.Failure}
	if p.succeeded {
		p.ops = r.Success
	}
	for _, op := range p.ops {
		if op.Txn != nil {
			p.nested = append(p.nested, decide(w, op.Txn))
		}
	}
	return p
}

// check makes sure that no request will fail.
func (p *path) check(w *mvcc.Write, leases Leases) error {
	for _, op := range p.ops {
		switch {
		case op.Put != nil:
			if err := CanPut(w, leases, op.Put); err != nil {
				return err
			}
		case op.Range != nil:
			if err := w.Check(op.Range.Revision); err != nil {
				return err
			}
		}
	}
	for _, n := range p.nested {
		if err := n.check(w, leases); err != nil {
			return err
		}
	}
	return nil
}

func (p *path) run(w *mvcc.Write) (*api.TxnResponse, error) {
	resp := &api.TxnResponse{Succeeded: p.succeeded}
	nested := p.nested
	for _, op := range p.ops {
		answer := &api.ResponseOp{}
		var err error
		switch {
		case op.Range != nil:
			answer.Range, err = w.Range(op.Range)
		case op.Put != nil:
			answer.Put = Put(w, op.Put)
		case op.DeleteRange != nil:
			answer.DeleteRange = Delete(w, op.DeleteRange)
		case op.Txn != nil:
			answer.Txn, err = nested[0].run(w)
			nested = nested[1:]
		}
		if err != nil {
			return nil, err
		}
		resp.Responses = append(resp.Responses, answer)
	}
	resp.Header.Revision = w.Rev()
	return resp, nil
}

// CanPut tells whether a put may be carried out: its lease exists, and the key
// does if its value or lease shall stay.
func CanPut(w *mvcc.Write, leases Leases, r *api.PutRequest) error {
	if r.Lease != 0 && !leases.Has(r.Lease) {
		return ErrLeaseNotFound
	}
	if (r.IgnoreValue || r.IgnoreLease) && w.Get(r.Key) == nil {
		return ErrKeyNotFound
	}
	return nil
}

// Put carries out a put that CanPut lets pass.
func Put(w *mvcc.Write, r *api.PutRequest) *api.PutResponse {
	value, lease := r.Value, r.Lease
	var old *api.KeyValue
	if r.PrevKv || r.IgnoreValue || r.IgnoreLease {
		old = w.Get(r.Key)
	}
	if r.IgnoreValue && old != nil {
		value = old.Value
	}
	if r.IgnoreLease && old != nil {
		lease = old.Lease
	}
	resp := &api.PutResponse{}
	if r.PrevKv {
		resp.PrevKv = old
	}
	w.Put(r.Key, value, lease)
	resp.Header.Revision = w.Rev()
	return resp
}

// Delete carries out a deletion.
func Delete(w *mvcc.Write, r *api.DeleteRangeRequest) *api.DeleteRangeResponse {
	gone := w.Delete(r.Key, r.RangeEnd)
	resp := &api.DeleteRangeResponse{Deleted: int64(len(gone))}
	if r.PrevKv {
		resp.PrevKvs = gone
	}
	resp.Header.Revision = w.Rev()
	return resp
}

func holds(w *mvcc.Write, list []*api.Compare) bool {
	for _, c := range list {
		if !compareAll(w, c) {
			return false
		}
	}
	return true
}

// compareAll tells whether a condition holds for every key of its range. If
// there is none, it is asked of a key that was never written, but for values: a
// key that does not exist has none.
func compareAll(w *mvcc.Write, c *api.Compare) bool {
	any, ok := false, true
	w.Each(c.Key, c.RangeEnd, func(kv *api.KeyValue) bool {
		any, ok = true, compare(c, kv)
		return ok
	})
	if !any {
		return c.Target != api.CompareValue && compare(c, &api.KeyValue{})
	}
	return ok
}

func compare(c *api.Compare, kv *api.KeyValue) bool {
	order := 0
	switch c.Target {
	case api.CompareVersion:
		order = cmp.Compare(kv.Version, number(c.Version))
	case api.CompareCreate:
		order = cmp.Compare(kv.CreateRevision, number(c.CreateRevision))
	case api.CompareMod:
		order = cmp.Compare(kv.ModRevision, number(c.ModRevision))
	case api.CompareLease:
		order = cmp.Compare(kv.Lease, number(c.Lease))
	case api.CompareValue:
		var value []byte
		if c.Value != nil {
			value = *c.Value
		}
		order = bytes.Compare(kv.Value, value)
	}
	switch c.Result {
	case api.CompareEqual:
		return order == 0
	case api.CompareNotEqual:
		return order != 0
	case api.CompareGreater:
		return order > 0
	case api.CompareLess:
		return order < 0
	}
	return true
}

func number(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// ReadOnly tells whether a transaction changes nothing, whichever list is
// carried out; Serializable, whether besides all its reads are.
func ReadOnly(r *api.TxnRequest) bool {
	return every(r, func(op *api.RequestOp) bool { return op.Range != nil })
}

// Serializable tells whether a transaction that is ReadOnly may be answered from
// what the member itself knows.
func Serializable(r *api.TxnRequest) bool {
	return every(r, func(op *api.RequestOp) bool { return op.Range != nil && op.Range.Serializable })
}

func every(r *api.TxnRequest, is func(*api.RequestOp) bool) bool {
	for _, list := range [][]*api.RequestOp{r.Success, r.Failure} {
		for _, op := range list {
			if op.Txn != nil && !every(op.Txn, is) || op.Txn == nil && !is(op) {
				return false
			}
		}
	}
	return true
}
