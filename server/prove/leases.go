package prove

import (
	"fmt"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// held is the state of a lease and of the one key that belongs to it.
//
// A lease ends by itself, at a time nobody is told: the only promise is that it
// does not end before its TTL has passed since it was granted or last renewed.
// That is a statement about clocks, of which porcupine knows only the order of
// operations. So a state carries the earliest time at which all that happened so
// far can have happened: operations take effect in their order, none before it
// was typed. To take each as early as it can be is no restriction, since
// everything that is asked of times is a lower bound: an order is possible if
// even so no operation took effect after its answer. An end is supposed as late
// as somebody notices it, which leaves all other orders open.
type held struct {
	granted, over bool
	value         string // of the key; empty: not there
	now           int64  // the earliest time of the last operation, µs
	least         int64  // the lease does not end before, µs
}

// leaseModel judges leases that were granted once, and never shared their key.
var leaseModel = porcupine.Model{
	Partition:         partition,
	Init:              func() any { return held{} },
	Step:              func(state, in, out any) (bool, any) { return stepLease(state.(held), in.(input), out.(output)) },
	DescribeOperation: func(in, out any) string { return describe(in.(input), out.(output)) },
	DescribeState:     func(state any) string { return state.(held).String() },
}

func (h held) String() string {
	switch {
	case !h.granted:
		return "none"
	case h.over:
		return "over"
	}
	return fmt.Sprintf("%q until %v", h.value, time.Duration(h.least)*time.Microsecond)
}

func stepLease(h held, in input, out output) (possible bool, next held) {
	h.now = max(h.now, in.begin)
	possible = h.take(in, out)
	return possible && (out.unknown || h.now <= out.end), h
}

// take lets an operation happen.
func (h *held) take(in input, out output) bool {
	switch {
	case in.kind == grant:
		h.granted = true
		h.promise(in.ttl)
		return true
	case !h.granted:
		return false
	case in.kind == revoke: // if it is told that there is none, a first try of it may have ended it
		h.over, h.value = true, ""
		return true
	case out.unknown: // a put that found the lease over did nothing
		if in.kind == put && !h.over {
			h.value = in.value
		}
		return true
	case out.gone, in.kind == get && out.value == "" && h.value != "":
		h.end()
		return true
	case in.kind == get:
		return out.value == h.value
	}
	return h.alive(in, out)
}

// alive is an operation that found the lease.
func (h *held) alive(in input, out output) bool {
	if h.over {
		return false
	}
	switch in.kind {
	case put:
		h.value = in.value
	case renew:
		h.promise(out.remaining)
		return out.remaining == in.ttl
	case ask:
		h.promise(out.remaining)
		return out.attached == (h.value != "")
	}
	return true
}

// promise is that the lease lives so many seconds yet.
func (h *held) promise(seconds int64) {
	h.least = max(h.least, h.now+seconds*time.Second.Microseconds())
}

// end is the lease's end, if that has not come before.
func (h *held) end() {
	if !h.over {
		h.now = max(h.now, h.least)
	}
	h.over, h.value = true, ""
}

// leasePrefix begins the keys that belong to leases.
const leasePrefix = "lease-"

// isLease tells whether an operation is judged as one of a lease.
func isLease(op porcupine.Operation) bool {
	return strings.HasPrefix(op.Input.(input).key, leasePrefix)
}
