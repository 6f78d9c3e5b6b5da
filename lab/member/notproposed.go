package member

import "quorumlab/lab/rpc"

// errNotProposed answers a write for which there was no leader in all the time
// that a request may take: it is in nobody's log, and the client may try again.
// One that was given to a leader ends in errTimeout, and may happen yet.
var errNotProposed = &rpc.Failure{Code: "DeadlineExceeded", Text: "context deadline exceeded"}
