package api

// Types of an Event.
const (
	EventPut int32 = iota
	EventDelete
)

// Event is one change of one key. A deletion's Kv holds the key and the revision
// at which it went.
type Event struct {
	Type   int32     `pb:"1" json:"type,omitempty" enum:"PUT,DELETE"`
	Kv     *KeyValue `pb:"2" json:"kv,omitempty"`
	PrevKv *KeyValue `pb:"3" json:"prev_kv,omitempty"`
}

// Filters of a WatchCreateRequest.
const (
	FilterNoPut int32 = iota
	FilterNoDelete
)

// WatchRequest is what a watching client sends: one of its fields is set.
type WatchRequest struct {
	Create   *WatchCreateRequest   `pb:"1" json:"create_request,omitempty"`
	Cancel   *WatchCancelRequest   `pb:"2" json:"cancel_request,omitempty"`
	Progress *WatchProgressRequest `pb:"3" json:"progress_request,omitempty"`

	// Then is what is sent on the same stream after it: a call of lab/rpc has one
	// body.
	Then []*WatchRequest `pb:"100" json:"-"`
}

// WatchCreateRequest asks for the changes of [Key, RangeEnd) from StartRevision
// on (0: those to come).
type WatchCreateRequest struct {
	Key            []byte  `pb:"1" json:"key,omitempty"`
	RangeEnd       []byte  `pb:"2" json:"range_end,omitempty"`
	StartRevision  int64   `pb:"3" json:"start_revision,omitempty"`
	ProgressNotify bool    `pb:"4" json:"progress_notify,omitempty"`
	Filters        []int32 `pb:"5" json:"filters,omitempty"`
	PrevKv         bool    `pb:"6" json:"prev_kv,omitempty"`
	WatchID        int64   `pb:"7" json:"watch_id,omitempty"`
	Fragment       bool    `pb:"8" json:"fragment,omitempty"`

	// RequireLeader is metadata of the real one's stream (`hasleader`): the
	// watch ends when its member has had no leader for a while.
	RequireLeader bool `pb:"100" json:"-"`
}

// WatchCancelRequest ends a watch of the stream.
type WatchCancelRequest struct {
	WatchID int64 `pb:"1" json:"watch_id,omitempty"`
}

// WatchProgressRequest asks how far the watches of the stream are.
type WatchProgressRequest struct{}

// WatchResponse is one message of a watch: that it was created or canceled, some
// events, or, without either, how far it is.
type WatchResponse struct {
	Header          Header   `pb:"1" json:"header"`
	WatchID         int64    `pb:"2" json:"watch_id,omitempty"`
	Created         bool     `pb:"3" json:"created,omitempty"`
	Canceled        bool     `pb:"4" json:"canceled,omitempty"`
	CompactRevision int64    `pb:"5" json:"compact_revision,omitempty"`
	CancelReason    string   `pb:"6" json:"cancel_reason,omitempty"`
	Fragment        bool     `pb:"7" json:"fragment,omitempty"`
	Events          []*Event `pb:"11" json:"events,omitempty"`
}
