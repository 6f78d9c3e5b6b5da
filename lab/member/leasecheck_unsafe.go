//go:build unsafeleases

package member

// A new leader here takes leases to have begun long before its own election.
const (
	leaseCheck    = false
	promotedExtra = -10 * ElectionTimeout
)
