// Package api holds the messages of etcd's client API that members and clients
// of the lab exchange, with the names, field numbers and JSON names of etcd's
// own rpc.proto and kv.proto (https://etcd.io/docs/v3.6/dev-guide/api_reference_v3/).
// One definition serves the wire (protobuf, Marshal and Unmarshal), the HTTP
// gateway and `-w json`.
package api

// Header goes with every response.
type Header struct {
	ClusterID uint64 `pb:"1" json:"cluster_id,omitempty"`
	MemberID  uint64 `pb:"2" json:"member_id,omitempty"`
	Revision  int64  `pb:"3" json:"revision,omitempty"`
	RaftTerm  uint64 `pb:"4" json:"raft_term,omitempty"`
}

// KeyValue is mvccpb.KeyValue.
type KeyValue struct {
	Key            []byte `pb:"1" json:"key,omitempty"`
	CreateRevision int64  `pb:"2" json:"create_revision,omitempty"`
	ModRevision    int64  `pb:"3" json:"mod_revision,omitempty"`
	Version        int64  `pb:"4" json:"version,omitempty"`
	Value          []byte `pb:"5" json:"value,omitempty"`
	Lease          int64  `pb:"6" json:"lease,omitempty"`
}

// Sort orders of a RangeRequest.
const (
	SortNone int32 = iota
	SortAscend
	SortDescend
)

// Sort targets of a RangeRequest.
const (
	SortByKey int32 = iota
	SortByVersion
	SortByCreate
	SortByMod
	SortByValue
)

// RangeRequest asks for keys in [Key, RangeEnd): an empty RangeEnd means Key
// alone, RangeEnd "\x00" every key from Key on.
type RangeRequest struct {
	Key               []byte `pb:"1" json:"key,omitempty"`
	RangeEnd          []byte `pb:"2" json:"range_end,omitempty"`
	Limit             int64  `pb:"3" json:"limit,omitempty"`
	Revision          int64  `pb:"4" json:"revision,omitempty"`
	SortOrder         int32  `pb:"5" json:"sort_order,omitempty" enum:"NONE,ASCEND,DESCEND"`
	SortTarget        int32  `pb:"6" json:"sort_target,omitempty" enum:"KEY,VERSION,CREATE,MOD,VALUE"`
	Serializable      bool   `pb:"7" json:"serializable,omitempty"`
	KeysOnly          bool   `pb:"8" json:"keys_only,omitempty"`
	CountOnly         bool   `pb:"9" json:"count_only,omitempty"`
	MinModRevision    int64  `pb:"10" json:"min_mod_revision,omitempty"`
	MaxModRevision    int64  `pb:"11" json:"max_mod_revision,omitempty"`
	MinCreateRevision int64  `pb:"12" json:"min_create_revision,omitempty"`
	MaxCreateRevision int64  `pb:"13" json:"max_create_revision,omitempty"`
}

// RangeResponse answers a RangeRequest.
type RangeResponse struct {
	Header Header      `pb:"1" json:"header"`
	Kvs    []*KeyValue `pb:"2" json:"kvs,omitempty"`
	More   bool        `pb:"3" json:"more,omitempty"`
	Count  int64       `pb:"4" json:"count,omitempty"` // of all matches, whatever the limit
}

// PutRequest sets a key.
type PutRequest struct {
	Key         []byte `pb:"1" json:"key,omitempty"`
	Value       []byte `pb:"2" json:"value,omitempty"`
	Lease       int64  `pb:"3" json:"lease,omitempty"`
	PrevKv      bool   `pb:"4" json:"prev_kv,omitempty"`
	IgnoreValue bool   `pb:"5" json:"ignore_value,omitempty"`
	IgnoreLease bool   `pb:"6" json:"ignore_lease,omitempty"`
}

// PutResponse answers a PutRequest.
type PutResponse struct {
	Header Header    `pb:"1" json:"header"`
	PrevKv *KeyValue `pb:"2" json:"prev_kv,omitempty"`
}

// DeleteRangeRequest deletes keys in [Key, RangeEnd).
type DeleteRangeRequest struct {
	Key      []byte `pb:"1" json:"key,omitempty"`
	RangeEnd []byte `pb:"2" json:"range_end,omitempty"`
	PrevKv   bool   `pb:"3" json:"prev_kv,omitempty"`
}

// DeleteRangeResponse answers a DeleteRangeRequest.
type DeleteRangeResponse struct {
	Header  Header      `pb:"1" json:"header"`
	Deleted int64       `pb:"2" json:"deleted,omitempty"`
	PrevKvs []*KeyValue `pb:"3" json:"prev_kvs,omitempty"`
}

// StatusRequest asks one member how it is.
type StatusRequest struct{}

// StatusResponse is one member's own view; sizes are bytes.
type StatusResponse struct {
	Header           Header     `pb:"1" json:"header"`
	Version          string     `pb:"2" json:"version,omitempty"`
	DbSize           int64      `pb:"3" json:"dbSize,omitempty"`
	Leader           uint64     `pb:"4" json:"leader,omitempty"`
	RaftIndex        uint64     `pb:"5" json:"raftIndex,omitempty"`
	RaftTerm         uint64     `pb:"6" json:"raftTerm,omitempty"`
	RaftAppliedIndex uint64     `pb:"7" json:"raftAppliedIndex,omitempty"`
	Errors           []string   `pb:"8" json:"errors,omitempty"`
	DbSizeInUse      int64      `pb:"9" json:"dbSizeInUse,omitempty"`
	IsLearner        bool       `pb:"10" json:"isLearner,omitempty"`
	StorageVersion   string     `pb:"11" json:"storageVersion,omitempty"`
	DbSizeQuota      int64      `pb:"12" json:"dbSizeQuota,omitempty"`
	DowngradeInfo    *Downgrade `pb:"13" json:"downgradeInfo,omitempty"`
}

// Downgrade is the state of a cluster-wide downgrade.
type Downgrade struct {
	Enabled       bool   `pb:"1" json:"enabled,omitempty"`
	TargetVersion string `pb:"2" json:"targetVersion,omitempty"`
}

// Member is etcdserverpb.Member.
type Member struct {
	ID         uint64   `pb:"1" json:"ID,omitempty"`
	Name       string   `pb:"2" json:"name,omitempty"`
	PeerURLs   []string `pb:"3" json:"peerURLs,omitempty"`
	ClientURLs []string `pb:"4" json:"clientURLs,omitempty"`
	IsLearner  bool     `pb:"5" json:"isLearner,omitempty"`
}

// MemberListRequest asks for the membership.
type MemberListRequest struct {
	Linearizable bool `pb:"1" json:"linearizable,omitempty"`
}

// MemberListResponse lists members by numeric ID.
type MemberListResponse struct {
	Header  Header    `pb:"1" json:"header"`
	Members []*Member `pb:"2" json:"members,omitempty"`
}

// HashRequest asks for the hash of a member's whole database.
type HashRequest struct{}

// HashResponse answers a HashRequest.
type HashResponse struct {
	Header Header `pb:"1" json:"header"`
	Hash   uint32 `pb:"2" json:"hash,omitempty"`
}

// HashKVRequest asks for the hash of a member's key space up to Revision (0: the newest).
type HashKVRequest struct {
	Revision int64 `pb:"1" json:"revision,omitempty"`
}

// HashKVResponse answers a HashKVRequest: CRC-32C as etcd computes it.
type HashKVResponse struct {
	Header          Header `pb:"1" json:"header"`
	Hash            uint32 `pb:"2" json:"hash,omitempty"`
	CompactRevision int64  `pb:"3" json:"compact_revision,omitempty"`
	HashRevision    int64  `pb:"4" json:"hash_revision,omitempty"`
}

// SnapshotRequest asks one member for its whole key space as a stream.
type SnapshotRequest struct{}

// SnapshotResponse is one chunk of that stream.
type SnapshotResponse struct {
	Header         Header `pb:"1" json:"header"`
	RemainingBytes uint64 `pb:"2" json:"remaining_bytes,omitempty"`
	Blob           []byte `pb:"3" json:"blob,omitempty"`
	Version        string `pb:"4" json:"version,omitempty"`
}

// CompactionRequest discards history up to Revision.
type CompactionRequest struct {
	Revision int64 `pb:"1" json:"revision,omitempty"`
	Physical bool  `pb:"2" json:"physical,omitempty"`
}

// CompactionResponse answers a CompactionRequest.
type CompactionResponse struct {
	Header Header `pb:"1" json:"header"`
}

// AlarmRequest gets (0), activates (1) or deactivates (2) alarms.
type AlarmRequest struct {
	Action   int32  `pb:"1" json:"action,omitempty" enum:"GET,ACTIVATE,DEACTIVATE"`
	MemberID uint64 `pb:"2" json:"memberID,omitempty"`
	Alarm    int32  `pb:"3" json:"alarm,omitempty" enum:"NONE,NOSPACE,CORRUPT"`
}

// AlarmMember is one alarm of one member: 1 is NOSPACE, 2 CORRUPT.
type AlarmMember struct {
	MemberID uint64 `pb:"1" json:"memberID,omitempty"`
	Alarm    int32  `pb:"2" json:"alarm,omitempty" enum:"NONE,NOSPACE,CORRUPT"`
}

// AlarmResponse answers an AlarmRequest.
type AlarmResponse struct {
	Header Header         `pb:"1" json:"header"`
	Alarms []*AlarmMember `pb:"2" json:"alarms,omitempty"`
}
