package api

// DefragmentRequest asks one member to give back the free space of its database
// file.
type DefragmentRequest struct{}

// DefragmentResponse answers a DefragmentRequest.
type DefragmentResponse struct {
	Header Header `pb:"1" json:"header"`
}

// Actions of a DowngradeRequest.
const (
	DowngradeValidate int32 = iota
	DowngradeEnable
	DowngradeCancel
)

// DowngradeRequest begins, checks or ends a downgrade of the whole cluster to
// Version ("3.5" or "3.5.0").
type DowngradeRequest struct {
	Action  int32  `pb:"1" json:"action,omitempty" enum:"VALIDATE,ENABLE,CANCEL"`
	Version string `pb:"2" json:"version,omitempty"`
}

// DowngradeResponse answers a DowngradeRequest; Version is the cluster's, as
// "3.6".
type DowngradeResponse struct {
	Header  Header `pb:"1" json:"header"`
	Version string `pb:"2" json:"version,omitempty"`
}

// Head is the header of a response, for who fills it in.
func (r *DefragmentResponse) Head() *Header { return &r.Header }
func (r *DowngradeResponse) Head() *Header  { return &r.Header }
