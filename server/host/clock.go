package host

import "math"

const (
	never = math.MaxUint64

	// maxNanos is the end of time: 2^53-1, the largest exact number of
	// nanoseconds in JavaScript (104 days). A later deadline never comes.
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

// after is the moment a time from now, never beyond the end.
func (c *clock) after(nanos uint64) uint64 {
	if nanos > maxNanos-c.now {
		return never
	}
	return c.now + nanos
}

// at is when a clock that showed start at boot shows nanos, and never before
// now.
func (c *clock) at(nanos, start uint64) uint64 {
	switch {
	case nanos < start:
		return c.now
	case nanos-start > maxNanos:
		return never
	}
	return max(c.now, nanos-start)
}
