package member

import (
	"errors"

	"quorumlab/lab/mvcc"
	"quorumlab/lab/rpc"
)

// The errors a member answers with: gRPC's code and etcd's text
// (api/v3rpc/rpctypes/error.go).
var (
	errKeyNotFound    = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: key not found"}
	errEmptyKey       = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: key is not provided"}
	errValueProvided  = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: value is provided"}
	errLeaseProvided  = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: lease is provided"}
	errLeaseNotFound  = &rpc.Failure{Code: "NotFound", Text: "etcdserver: requested lease not found"}
	errTooLarge       = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: request is too large"}
	errTimeout        = &rpc.Failure{Code: "Unavailable", Text: "etcdserver: request timed out"}
	errNoLeader       = &rpc.Failure{Code: "Unavailable", Text: "etcdserver: no leader"}
	errServerStopped  = &rpc.Failure{Code: "Unavailable", Text: "etcdserver: server stopped"}
	errCompacted      = &rpc.Failure{Code: "OutOfRange", Text: mvcc.ErrCompacted.Error()}
	errFuture         = &rpc.Failure{Code: "OutOfRange", Text: mvcc.ErrFuture.Error()}
	errUnknownService = &rpc.Failure{Code: "Unimplemented", Text: "unknown method"}
)

// failure turns an error of the store into what a client is told.
func failure(err error) error {
	switch {
	case errors.Is(err, mvcc.ErrCompacted):
		return errCompacted
	case errors.Is(err, mvcc.ErrFuture):
		return errFuture
	}
	return err
}
