//go:build !unsafeleases

package member

// leaseCheck is whether a leader makes sure of its quorum before it renews a
// lease or tells its time, and promotedExtra what a new leader gives leases on
// top of their whole time. Without them (-tags unsafeleases) leases end too soon:
// the proof that `quorumlab prove` would notice.
const (
	leaseCheck    = true
	promotedExtra = ElectionTimeout
)
