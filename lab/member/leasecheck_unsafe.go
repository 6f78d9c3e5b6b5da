//go:build unsafeleases

package member

// A new leader here takes leases to have begun before its own election.
const (
	leaseCheck    = false
	promotedExtra = -ElectionTimeout
)
