package api

// The messages of etcd's Cluster service beside MemberList, and MoveLeader of
// its Maintenance service.

// MemberAddRequest adds a member that will run at PeerURLs.
type MemberAddRequest struct {
	PeerURLs  []string `pb:"1" json:"peerURLs,omitempty"`
	IsLearner bool     `pb:"2" json:"isLearner,omitempty"`
}

// MemberAddResponse tells the new member's ID, and the membership with it.
type MemberAddResponse struct {
	Header  Header    `pb:"1" json:"header"`
	Member  *Member   `pb:"2" json:"member,omitempty"`
	Members []*Member `pb:"3" json:"members,omitempty"`
}

// MemberRemoveRequest removes a member for good.
type MemberRemoveRequest struct {
	ID uint64 `pb:"1" json:"ID,omitempty"`
}

// MemberRemoveResponse tells the membership without it.
type MemberRemoveResponse struct {
	Header  Header    `pb:"1" json:"header"`
	Members []*Member `pb:"2" json:"members,omitempty"`
}

// MemberUpdateRequest gives a member other peer URLs.
type MemberUpdateRequest struct {
	ID       uint64   `pb:"1" json:"ID,omitempty"`
	PeerURLs []string `pb:"2" json:"peerURLs,omitempty"`
}

// MemberUpdateResponse tells the membership after it.
type MemberUpdateResponse struct {
	Header  Header    `pb:"1" json:"header"`
	Members []*Member `pb:"2" json:"members,omitempty"`
}

// MemberPromoteRequest makes a learner a voting member.
type MemberPromoteRequest struct {
	ID uint64 `pb:"1" json:"ID,omitempty"`
}

// MemberPromoteResponse tells the membership after it.
type MemberPromoteResponse struct {
	Header  Header    `pb:"1" json:"header"`
	Members []*Member `pb:"2" json:"members,omitempty"`
}

// MoveLeaderRequest asks the leader to hand over to TargetID.
type MoveLeaderRequest struct {
	TargetID uint64 `pb:"1" json:"targetID,omitempty"`
}

// MoveLeaderResponse answers it; etcd leaves its header out.
type MoveLeaderResponse struct {
	Header *Header `pb:"1" json:"header,omitempty"`
}
