package host

import "math"

const (
	// maxNanos is 2^53-1, the largest exact number of nanoseconds in
	// JavaScript (104 days): a deadline later than this is cut to it.
	maxNanos = 1<<53 - 1
	// monotonicStartNanos is what the monotonic clock shows at boot.
	monotonicStartNanos = 1_000_000_000
)

// clock is the world's only time. It stands still except when the module says
// that it waits (poll_oneoff): then it moves to the moment waited for.
type clock struct {
	now        uint64 // nanoseconds of virtual time since boot
	epochNanos uint64 // of the wall clock at boot, since 1970
}

func (c *clock) monotonic() uint64 { return monotonicStartNanos + c.now }

func (c *clock) wall() uint64 { return c.epochNanos + c.now }

// after is the moment a time from now.
func (c *clock) after(nanos uint64) uint64 {
	if nanos > math.MaxUint64-c.now {
		return maxNanos
	}
	return min(c.now+nanos, maxNanos)
}

// at is when a clock that showed start at boot shows nanos, and never before
// now.
func (c *clock) at(nanos, start uint64) uint64 {
	if nanos < start {
		return c.now
	}
	return max(c.now, min(nanos-start, maxNanos))
}
