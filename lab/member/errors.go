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
	errUnhealthy      = &rpc.Failure{Code: "Unavailable", Text: "etcdserver: unhealthy cluster"}
	errLearner        = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: rpc not supported for learner"}
	errUnknownService = &rpc.Failure{Code: "Unimplemented", Text: "unknown method"}
)

// Those of the Cluster service.
var (
	errMemberExists     = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: member ID already exist"}
	errPeerURLExists    = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: Peer URLs already exists"}
	errNotEnoughStarted = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: re-configuration failed due to not enough started members"}
	errBadMemberURLs    = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: given member URLs are invalid"}
	errMemberNotFound   = &rpc.Failure{Code: "NotFound", Text: "etcdserver: member not found"}
	errNotLearner       = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: can only promote a learner member"}
	errLearnerNotReady  = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: can only promote a learner member which is in sync with leader"}
	errTooManyLearners  = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: too many learner members in cluster"}
	errNotLeader        = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: not leader"}
	errBadTransferee    = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: bad leader transferee"}
	errTransferTimeout  = &rpc.Failure{Code: "Unknown", Text: "etcdserver: request timed out, leader transfer took too long"}
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
