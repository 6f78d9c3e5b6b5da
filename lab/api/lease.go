package api

// LeaseGrantRequest asks for a lease of TTL seconds; ID 0 lets the member choose
// one.
type LeaseGrantRequest struct {
	TTL int64 `pb:"1" json:"TTL,omitempty"`
	ID  int64 `pb:"2" json:"ID,omitempty"`
}

// LeaseGrantResponse answers a LeaseGrantRequest; TTL is what the cluster grants.
type LeaseGrantResponse struct {
	Header Header `pb:"1" json:"header"`
	ID     int64  `pb:"2" json:"ID,omitempty"`
	TTL    int64  `pb:"3" json:"TTL,omitempty"`
	Error  string `pb:"4" json:"error,omitempty"`
}

// LeaseRevokeRequest ends a lease and deletes the keys attached to it.
type LeaseRevokeRequest struct {
	ID int64 `pb:"1" json:"ID,omitempty"`
}

// LeaseRevokeResponse answers a LeaseRevokeRequest.
type LeaseRevokeResponse struct {
	Header Header `pb:"1" json:"header"`
}

// LeaseKeepAliveRequest renews a lease.
type LeaseKeepAliveRequest struct {
	ID int64 `pb:"1" json:"ID,omitempty"`
}

// LeaseKeepAliveResponse answers a LeaseKeepAliveRequest; a TTL of 0 tells that
// there is no such lease.
type LeaseKeepAliveResponse struct {
	Header Header `pb:"1" json:"header"`
	ID     int64  `pb:"2" json:"ID,omitempty"`
	TTL    int64  `pb:"3" json:"TTL,omitempty"`
}

// LeaseTimeToLiveRequest asks how long a lease lives yet, and for its keys.
type LeaseTimeToLiveRequest struct {
	ID   int64 `pb:"1" json:"ID,omitempty"`
	Keys bool  `pb:"2" json:"keys,omitempty"`
}

// LeaseTimeToLiveResponse answers a LeaseTimeToLiveRequest, in seconds; a TTL of
// -1 tells that there is no such lease.
type LeaseTimeToLiveResponse struct {
	Header     Header   `pb:"1" json:"header"`
	ID         int64    `pb:"2" json:"ID,omitempty"`
	TTL        int64    `pb:"3" json:"TTL,omitempty"`
	GrantedTTL int64    `pb:"4" json:"grantedTTL,omitempty"`
	Keys       [][]byte `pb:"5" json:"keys,omitempty"`
}

// LeaseLeasesRequest asks for all leases.
type LeaseLeasesRequest struct{}

// LeaseStatus is one lease of a LeaseLeasesResponse.
type LeaseStatus struct {
	ID int64 `pb:"1" json:"ID,omitempty"`
}

// LeaseLeasesResponse lists all leases.
type LeaseLeasesResponse struct {
	Header Header         `pb:"1" json:"header"`
	Leases []*LeaseStatus `pb:"2" json:"leases,omitempty"`
}

// Head is the header of a response, for who fills it in.
func (r *LeaseGrantResponse) Head() *Header      { return &r.Header }
func (r *LeaseRevokeResponse) Head() *Header     { return &r.Header }
func (r *LeaseKeepAliveResponse) Head() *Header  { return &r.Header }
func (r *LeaseTimeToLiveResponse) Head() *Header { return &r.Header }
func (r *LeaseLeasesResponse) Head() *Header     { return &r.Header }
func (r *AlarmResponse) Head() *Header           { return &r.Header }
