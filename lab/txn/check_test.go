package txn

import (
	"bytes"
	"errors"
	"testing"

	"quorumlab/lab/api"
)

func put(key string) *api.RequestOp {
	return &api.RequestOp{Put: &api.PutRequest{Key: []byte(key)}}
}

func del(key, end string) *api.RequestOp {
	return &api.RequestOp{DeleteRange: &api.DeleteRangeRequest{Key: []byte(key), RangeEnd: []byte(end)}}
}

func get(key string) *api.RequestOp {
	return &api.RequestOp{Range: &api.RangeRequest{Key: []byte(key)}}
}

func either(success, failure []*api.RequestOp) *api.RequestOp {
	return &api.RequestOp{Txn: &api.TxnRequest{Success: success, Failure: failure}}
}

type ops = []*api.RequestOp

func gets(n int) (list ops) {
	for range n {
		list = append(list, get("a"))
	}
	return list
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		list ops
		want error
	}{
		"nothing":                                   {nil, nil},
		"different keys":                            {ops{put("a"), put("b"), del("c", "")}, nil},
		"a key read as often as one likes":          {ops{get("a"), put("a"), get("a")}, nil},
		"a key put twice":                           {ops{put("a"), put("a")}, ErrDuplicateKey},
		"put and deleted":                           {ops{put("a"), del("a", "")}, ErrDuplicateKey},
		"deleted in a range and put":                {ops{del("a", "c"), put("b")}, ErrDuplicateKey},
		"at the end of a range":                     {ops{del("a", "c"), put("c")}, nil},
		"deleted from a key on":                     {ops{del("b", "\x00"), put("z")}, ErrDuplicateKey},
		"before that key":                           {ops{del("b", "\x00"), put("a")}, nil},
		"deleted twice":                             {ops{del("a", "c"), del("b", "")}, nil},
		"nested, put outside too":                   {ops{put("a"), either(ops{put("a")}, nil)}, ErrDuplicateKey},
		"nested, in both lists":                     {ops{either(ops{put("a")}, ops{put("a")})}, nil},
		"nested, in both lists, and outside":        {ops{either(ops{put("a")}, ops{put("a")}), put("a")}, ErrDuplicateKey},
		"nested, in two transactions":               {ops{either(ops{put("a")}, nil), either(nil, ops{put("a")})}, ErrDuplicateKey},
		"nested, deleted outside":                   {ops{del("a", "b"), either(ops{put("a")}, nil)}, ErrDuplicateKey},
		"put outside, deleted nested":               {ops{put("a"), either(ops{del("a", "")}, nil)}, ErrDuplicateKey},
		"no key to put":                             {ops{put("")}, ErrEmptyKey},
		"no key to get":                             {ops{get("")}, ErrEmptyKey},
		"no key to delete":                          {ops{del("", "b")}, ErrEmptyKey},
		"no request":                                {ops{{}}, ErrKeyNotFound},
		"a value, and the old one":                  {ops{{Put: &api.PutRequest{Key: []byte("a"), Value: []byte("v"), IgnoreValue: true}}}, ErrValueProvided},
		"a lease, and the old one":                  {ops{{Put: &api.PutRequest{Key: []byte("a"), Lease: 1, IgnoreLease: true}}}, ErrLeaseProvided},
		"an order that does not exist":              {ops{{Range: &api.RangeRequest{Key: []byte("a"), SortOrder: 3}}}, ErrSortOption},
		"as many requests as may be":                {gets(OpsMax), nil},
		"one more":                                  {gets(OpsMax + 1), ErrTooManyOps},
		"as many as may be, one of them nested":     {append(gets(OpsMax-2), either(ops{get("a")}, nil)), nil},
		"as many as may be, two of them nested one": {append(gets(OpsMax-1), either(ops{get("a")}, nil)), ErrTooManyOps},
	} {
		if err := Check(&api.TxnRequest{Success: c.list}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err := Check(&api.TxnRequest{Failure: c.list}); !errors.Is(err, c.want) {
			t.Errorf("%s, in the other list: %v, want %v", name, err, c.want)
		}
	}
	many := &api.TxnRequest{}
	for range OpsMax + 1 {
		many.Compare = append(many.Compare, &api.Compare{Key: []byte("a")})
	}
	if err := Check(many); !errors.Is(err, ErrTooManyOps) {
		t.Errorf("many conditions: %v", err)
	}
	if err := Check(&api.TxnRequest{Compare: []*api.Compare{{}}}); !errors.Is(err, ErrEmptyKey) {
		t.Errorf("a condition on no key: %v", err)
	}
}

func TestReadOnly(t *testing.T) {
	stale := &api.RequestOp{Range: &api.RangeRequest{Key: []byte("a"), Serializable: true}}
	for name, c := range map[string]struct {
		list                   ops
		readOnly, serializable bool
	}{
		"nothing":            {nil, true, true},
		"a stale read":       {ops{stale}, true, true},
		"a read":             {ops{stale, get("a")}, true, false},
		"a put":              {ops{get("a"), put("b")}, false, false},
		"a nested read":      {ops{either(ops{stale}, ops{get("a")})}, true, false},
		"a nested deletion":  {ops{stale, either(nil, ops{del("a", "")})}, false, false},
		"a nested stale one": {ops{either(ops{stale}, nil)}, true, true},
	} {
		r := &api.TxnRequest{Failure: c.list}
		if ReadOnly(r) != c.readOnly || Serializable(r) != c.serializable {
			t.Errorf("%s: read-only %v, serializable %v", name, ReadOnly(r), Serializable(r))
		}
	}
}

// A transaction travels in the log as it is.
func TestRequestRoundTrip(t *testing.T) {
	zero, empty := int64(0), []byte{}
	r := &api.TxnRequest{
		Compare: []*api.Compare{{Key: []byte("a"), Version: &zero, RangeEnd: []byte("b")}, {Key: []byte("c"), Target: api.CompareValue, Value: &empty}},
		Success: ops{put("a"), either(ops{del("b", "c")}, nil)}, Failure: ops{get("a")},
	}
	var back api.TxnRequest
	if err := api.Unmarshal(api.Marshal(r), &back); err != nil || text(&back) != text(r) {
		t.Errorf("%s, %v, want %s", text(&back), err, text(r))
	}
	var named api.TxnRequest
	if err := api.UnmarshalGateway(api.MarshalGateway(r), &named); err != nil || !bytes.Equal(api.Marshal(&named), api.Marshal(r)) {
		t.Errorf("through the gateway: %s, %v", api.MarshalGateway(&named), err)
	}
}
