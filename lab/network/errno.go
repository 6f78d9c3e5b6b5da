package network

import "syscall"

// errno is a system error with Linux's own words, which are part of what etcd's
// clients print; other systems word theirs differently. errors.Is knows it as
// the syscall.Errno.
type errno struct {
	syscall.Errno
	text string
}

func (e errno) Error() string        { return e.text }
func (e errno) Is(target error) bool { return target == e.Errno }

var (
	errRefused  error = errno{syscall.ECONNREFUSED, "connection refused"}
	errReset    error = errno{syscall.ECONNRESET, "connection reset by peer"}
	errTimedOut error = errno{syscall.ETIMEDOUT, "connection timed out"}
)
