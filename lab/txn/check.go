// Package txn is etcd's transaction: conditions on keys, and two lists of
// requests of which one is carried out, all of it or nothing
// (https://etcd.io/docs/v3.6/learning/api/#transaction).
package txn

import (
	"bytes"

	"quorumlab/lab/api"
)

// OpsMax is etcd's --max-txn-ops: how many conditions or requests one
// transaction may have; what is nested counts on top.
const OpsMax = 128

// Error is a refusal: gRPC's code and etcd's text
// (api/v3rpc/rpctypes/error.go).
type Error struct{ Code, Text string }

func (e *Error) Error() string { return e.Text }

// What is wrong with a request, whatever the keys are.
var (
	ErrEmptyKey      = &Error{"InvalidArgument", "etcdserver: key is not provided"}
	ErrKeyNotFound   = &Error{"InvalidArgument", "etcdserver: key not found"}
	ErrValueProvided = &Error{"InvalidArgument", "etcdserver: value is provided"}
	ErrLeaseProvided = &Error{"InvalidArgument", "etcdserver: lease is provided"}
	ErrTooManyOps    = &Error{"InvalidArgument", "etcdserver: too many operations in txn request"}
	ErrDuplicateKey  = &Error{"InvalidArgument", "etcdserver: duplicate key given in txn request"}
	ErrSortOption    = &Error{"InvalidArgument", "etcdserver: invalid sort option"}
)

// Check refuses a transaction that no store could carry out: with too many
// requests, or with one that lacks its key, or with two that change the same
// key.
func Check(r *api.TxnRequest) error {
	if err := checkTxn(r, OpsMax); err != nil {
		return err
	}
	if _, err := changesOf(r.Success); err != nil {
		return err
	}
	_, err := changesOf(r.Failure)
	return err
}

func checkTxn(r *api.TxnRequest, most int) error {
	n := max(len(r.Compare), len(r.Success), len(r.Failure))
	if n > most {
		return ErrTooManyOps
	}
	for _, c := range r.Compare {
		if len(c.Key) == 0 {
			return ErrEmptyKey
		}
	}
	for _, list := range [][]*api.RequestOp{r.Success, r.Failure} {
		for _, op := range list {
			if err := checkOp(op, most-n); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkOp(op *api.RequestOp, most int) error {
	switch {
	case op.Range != nil:
		return CheckRange(op.Range)
	case op.Put != nil:
		return CheckPut(op.Put)
	case op.DeleteRange != nil:
		return CheckDelete(op.DeleteRange)
	case op.Txn != nil:
		return checkTxn(op.Txn, most)
	}
	return ErrKeyNotFound // as etcd calls an empty request
}

// CheckRange refuses a read that no store could answer.
func CheckRange(r *api.RangeRequest) error {
	switch {
	case len(r.Key) == 0:
		return ErrEmptyKey
	case r.SortOrder < api.SortNone || r.SortOrder > api.SortDescend,
		r.SortTarget < api.SortByKey || r.SortTarget > api.SortByValue:
		return ErrSortOption
	}
	return nil
}

// CheckPut refuses a put that no store could carry out.
func CheckPut(r *api.PutRequest) error {
	switch {
	case len(r.Key) == 0:
		return ErrEmptyKey
	case r.IgnoreValue && len(r.Value) != 0:
		return ErrValueProvided
	case r.IgnoreLease && r.Lease != 0:
		return ErrLeaseProvided
	}
	return nil
}

// CheckDelete refuses a deletion without a key.
func CheckDelete(r *api.DeleteRangeRequest) error {
	if len(r.Key) == 0 {
		return ErrEmptyKey
	}
	return nil
}

// changes are the keys that a list of requests may change.
type changes struct {
	puts    map[string]bool
	deletes []*api.DeleteRangeRequest
}

func (c *changes) deletesKey(key string) bool {
	for _, d := range c.deletes {
		if covers(d, []byte(key)) {
			return true
		}
	}
	return false
}

// covers tells whether a deletion takes a key.
func covers(d *api.DeleteRangeRequest, key []byte) bool {
	switch {
	case len(d.RangeEnd) == 0:
		return bytes.Equal(d.Key, key)
	case bytes.Compare(key, d.Key) < 0:
		return false
	case len(d.RangeEnd) == 1 && d.RangeEnd[0] == 0:
		return true
	}
	return bytes.Compare(key, d.RangeEnd) < 0
}

// changesOf gathers what a list may change, or ErrDuplicateKey: a key may be put
// once, and not be deleted too. The two lists of a nested transaction may put
// the same key, since one of them is carried out.
func changesOf(list []*api.RequestOp) (*changes, error) {
	all := &changes{puts: map[string]bool{}}
	for _, op := range list {
		if op.DeleteRange != nil {
			all.deletes = append(all.deletes, op.DeleteRange)
		}
	}
	for _, op := range list {
		if op.Txn != nil {
			if err := all.addNested(op.Txn); err != nil {
				return nil, err
			}
		}
	}
	for _, op := range list {
		if op.Put != nil {
			if err := all.addPut(string(op.Put.Key), nil); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func (c *changes) addNested(r *api.TxnRequest) error {
	success, err := changesOf(r.Success)
	if err != nil {
		return err
	}
	failure, err := changesOf(r.Failure)
	if err != nil {
		return err
	}
	for key := range success.puts {
		if err := c.addPut(key, nil); err != nil {
			return err
		}
	}
	for key := range failure.puts {
		if err := c.addPut(key, success.puts); err != nil {
			return err
		}
	}
	c.deletes = append(append(c.deletes, success.deletes...), failure.deletes...)
	return nil
}

// addPut adds one put; those of other may be there already.
func (c *changes) addPut(key string, other map[string]bool) error {
	if c.puts[key] && !other[key] || c.deletesKey(key) {
		return ErrDuplicateKey
	}
	c.puts[key] = true
	return nil
}
