package api

import "encoding/json"

// Targets of a Compare: what of a key is compared.
const (
	CompareVersion int32 = iota
	CompareCreate
	CompareMod
	CompareValue
	CompareLease
)

// Results of a Compare: how the key's side has to stand to the given one.
const (
	CompareEqual int32 = iota
	CompareGreater
	CompareLess
	CompareNotEqual
)

// Compare is one condition of a transaction, on one key or on all of
// [Key, RangeEnd). The field that Target names holds the value to compare with;
// the others are nil.
type Compare struct {
	Result         int32   `pb:"1" json:"result,omitempty" enum:"EQUAL,GREATER,LESS,NOT_EQUAL"`
	Target         int32   `pb:"2" json:"target,omitempty" enum:"VERSION,CREATE,MOD,VALUE,LEASE"`
	Key            []byte  `pb:"3" json:"key,omitempty"`
	Version        *int64  `pb:"4" json:"version,omitempty"`
	CreateRevision *int64  `pb:"5" json:"create_revision,omitempty"`
	ModRevision    *int64  `pb:"6" json:"mod_revision,omitempty"`
	Value          *[]byte `pb:"7" json:"value,omitempty"`
	Lease          *int64  `pb:"8" json:"lease,omitempty"`
	RangeEnd       []byte  `pb:"64" json:"range_end,omitempty"`
}

// RequestOp is one request of a transaction: one of its fields is set.
type RequestOp struct {
	Range       *RangeRequest       `pb:"1" json:"request_range,omitempty"`
	Put         *PutRequest         `pb:"2" json:"request_put,omitempty"`
	DeleteRange *DeleteRangeRequest `pb:"3" json:"request_delete_range,omitempty"`
	Txn         *TxnRequest         `pb:"4" json:"request_txn,omitempty"`
}

// TxnRequest carries out Success if every Compare holds, else Failure.
type TxnRequest struct {
	Compare []*Compare   `pb:"1" json:"compare,omitempty"`
	Success []*RequestOp `pb:"2" json:"success,omitempty"`
	Failure []*RequestOp `pb:"3" json:"failure,omitempty"`
}

// ResponseOp answers a RequestOp: one of its fields is set.
type ResponseOp struct {
	Range       *RangeResponse       `pb:"1" json:"response_range,omitempty"`
	Put         *PutResponse         `pb:"2" json:"response_put,omitempty"`
	DeleteRange *DeleteRangeResponse `pb:"3" json:"response_delete_range,omitempty"`
	Txn         *TxnResponse         `pb:"4" json:"response_txn,omitempty"`
}

// MarshalJSON is the form of `-w json`, in which etcd's client shows the wrapper
// that its generated code has around the answer.
func (r *ResponseOp) MarshalJSON() ([]byte, error) {
	type plain ResponseOp
	return json.Marshal(struct{ Response *plain }{(*plain)(r)})
}

// TxnResponse tells which of the two lists was carried out, and its answers in
// order.
type TxnResponse struct {
	Header    Header        `pb:"1" json:"header"`
	Succeeded bool          `pb:"2" json:"succeeded,omitempty"`
	Responses []*ResponseOp `pb:"3" json:"responses,omitempty"`
}

// Head is the header of a response, for who fills it in.
func (r *TxnResponse) Head() *Header { return &r.Header }
