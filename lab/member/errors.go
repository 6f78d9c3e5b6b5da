package member

import (
	"errors"

	"quorumlab/lab/auth"
	"quorumlab/lab/lease"
	"quorumlab/lab/mvcc"
	"quorumlab/lab/rpc"
	"quorumlab/lab/txn"
)

// The errors a member answers with: gRPC's code and etcd's text
// (api/v3rpc/rpctypes/error.go).
var (
	errTooLarge       = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: request is too large"}
	errTimeout        = &rpc.Failure{Code: "Unavailable", Text: "etcdserver: request timed out"}
	errNoLeader       = &rpc.Failure{Code: "Unavailable", Text: "etcdserver: no leader"}
	errServerStopped  = &rpc.Failure{Code: "Unavailable", Text: "etcdserver: server stopped"}
	errCompacted      = &rpc.Failure{Code: "OutOfRange", Text: mvcc.ErrCompacted.Error()}
	errFuture         = &rpc.Failure{Code: "OutOfRange", Text: mvcc.ErrFuture.Error()}
	errUnknownService = &rpc.Failure{Code: "Unimplemented", Text: "unknown method"}
)

// failure turns an error of a store into what a client is told.
func failure(err error) error {
	var denied *auth.Error
	var refused *txn.Error
	var leased *lease.Error
	switch {
	case errors.As(err, &denied):
		return &rpc.Failure{Code: denied.Code, Text: denied.Text}
	case errors.As(err, &refused):
		return &rpc.Failure{Code: refused.Code, Text: refused.Text}
	case errors.As(err, &leased):
		return &rpc.Failure{Code: leased.Code, Text: leased.Text}
	case errors.Is(err, mvcc.ErrCompacted):
		return errCompacted
	case errors.Is(err, mvcc.ErrFuture):
		return errFuture
	}
	return err
}
