// Package client is the workstation's side of etcd's API: it dials members
// over the simulated network, tries endpoints in turn and retries as the real
// client does.
package client

import (
	"context"
	"crypto/tls"
	"time"

	"quorumlab/lab/api"
)

// Config is what a client is made with. Endpoints are etcd's: "host:port" or a
// URL; they are tried in turn, as the real client does.
type Config struct {
	Endpoints   []string
	DialTimeout time.Duration
	// User and Password, if both are set, get a token (see Authenticate).
	User, Password string
	// TLS is for endpoints that begin with https, or have no scheme; nil trusts no
	// server, and leaves endpoints without a scheme in plain text.
	TLS *tls.Config
	// What a request and a response may have at most, in bytes; 0 is gRPC's
	// default: 2 MiB, and no limit.
	SendBytesMax, ReceiveBytesMax int
	// Retry, if set, hears of each failed attempt (for the warning lines that
	// the real client writes to stderr).
	Retry func(Attempt)
}

// Attempt describes one failed attempt of a call.
type Attempt struct {
	Target string // the first configured endpoint, without scheme
	Peer   string // "host:port" of the connection used; empty if there was none
	Local  string // our end of it
	Secure bool   // it speaks TLS
	Method string // such as /etcdserverpb.KV/Put
	N      int    // attempt, from 0
	Err    error  // always an *Error
}

// Dialer makes clients; each has connections of its own.
type Dialer func(Config) Client

// Client performs calls. Every call honours its context's deadline in virtual
// time; errors are *Error. A client is safe for concurrent use.
type Client interface {
	Range(context.Context, *api.RangeRequest) (*api.RangeResponse, error)
	Put(context.Context, *api.PutRequest) (*api.PutResponse, error)
	DeleteRange(context.Context, *api.DeleteRangeRequest) (*api.DeleteRangeResponse, error)
	Compact(context.Context, *api.CompactionRequest) (*api.CompactionResponse, error)
	MemberList(context.Context, *api.MemberListRequest) (*api.MemberListResponse, error)
	Status(context.Context, *api.StatusRequest) (*api.StatusResponse, error)
	HashKV(context.Context, *api.HashKVRequest) (*api.HashKVResponse, error)
	Cluster
	Alarm(context.Context, *api.AlarmRequest) (*api.AlarmResponse, error)
	Defragment(context.Context, *api.DefragmentRequest) (*api.DefragmentResponse, error)
	Downgrade(context.Context, *api.DowngradeRequest) (*api.DowngradeResponse, error)
	// Auth makes the call of the Auth service that is named, such as UserAdd;
	// request and response are pointers to its messages (api/auth.go).
	Auth(ctx context.Context, name string, request, response any) error
	// Authenticate gets a token for the user of the Config, which calls carry
	// from then on; they get a new one by themselves when theirs is refused.
	// Without a user, or while authentication is off, it does nothing.
	Authenticate(context.Context) error
	// Snapshot streams; it calls chunk for each message until the stream ends
	// or chunk fails.
	Snapshot(ctx context.Context, chunk func(*api.SnapshotResponse) error) error
	Leases
	Watching
	Close()
}

// Code is a gRPC status code, by its name in etcd's messages.
type Code string

// The codes that occur.
const (
	DeadlineExceeded   Code = "DeadlineExceeded"
	Unavailable        Code = "Unavailable"
	InvalidArgument    Code = "InvalidArgument"
	OutOfRange         Code = "OutOfRange"
	FailedPrecondition Code = "FailedPrecondition"
	ResourceExhausted  Code = "ResourceExhausted"
	NotFound           Code = "NotFound"
	PermissionDenied   Code = "PermissionDenied"
	Unauthenticated    Code = "Unauthenticated"
	Unknown            Code = "Unknown"
	Canceled           Code = "Canceled"
)

// Error is how a call failed. Desc is etcd's own text ("etcdserver: request
// timed out"). Definite tells whether the call certainly had no effect; a
// write that is not definite may have happened.
type Error struct {
	Code     Code
	Desc     string
	Definite bool
}

// Error gives the text as a gRPC status prints it.
func (e *Error) Error() string {
	return "rpc error: code = " + string(e.Code) + " desc = " + e.Desc
}
