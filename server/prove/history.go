package prove

import (
	"fmt"
	"math"
	"strings"

	"github.com/anishathalye/porcupine"
)

// kind is what an operation does to its key.
type kind string

const (
	get   kind = "get"
	put   kind = "put"
	del   kind = "del"
	swap  kind = "swap"  // a transaction: put value if the key has the value expected
	stale kind = "stale" // a serializable read

	// Of the lease that a key belongs to.
	grant  kind = "grant"
	renew  kind = "renew"
	ask    kind = "ask" // how long it lives yet, and its keys
	revoke kind = "revoke"
)

// input is one operation. Values are unique, and never empty.
type input struct {
	kind            kind
	key             string
	value, expected string
	lease           string // its ID
	ttl             int64  // of the lease, seconds
	begin           int64  // when it was typed, µs
}

// output is what its client was told.
type output struct {
	value   string // of a get; empty: there was no such key
	swapped bool   // of a swap
	unknown bool   // nothing it can rely on

	gone      bool  // that there is no such lease (any more)
	remaining int64 // of a renewal or a question: how long the lease lives yet, seconds
	attached  bool  // of a question: the key is attached
	end       int64 // when its client was told, µs
}

// never is when an operation returned whose client was told nothing: it may
// take effect at any later time, and if it never does, that is after all others.
const never = math.MaxInt64

// partition takes a history apart by keys: each is judged by itself.
func partition(history []porcupine.Operation) [][]porcupine.Operation {
	var order []string
	byKey := map[string][]porcupine.Operation{}
	for _, op := range history {
		key := op.Input.(input).key
		if byKey[key] == nil {
			order = append(order, key)
		}
		byKey[key] = append(byKey[key], op)
	}
	parts := make([][]porcupine.Operation, len(order))
	for i, key := range order {
		parts[i] = byKey[key]
	}
	return parts
}

// model is a key space of registers. A state is the key's value, empty if there
// is none.
var model = porcupine.Model{
	Partition:         partition,
	Init:              func() any { return "" },
	Step:              func(state, in, out any) (bool, any) { return step(state.(string), in.(input), out.(output)) },
	DescribeOperation: func(in, out any) string { return describe(in.(input), out.(output)) },
	DescribeState:     func(state any) string { return fmt.Sprintf("%q", state) },
}

func step(state string, in input, out output) (possible bool, next string) {
	switch in.kind {
	case get:
		return out.value == state, state
	case put:
		return true, in.value
	case del:
		return true, ""
	}
	holds := state == in.expected
	if holds {
		next = in.value
	} else {
		next = state
	}
	return out.unknown || out.swapped == holds, next
}

func describe(in input, out output) string {
	told := "ok"
	switch {
	case out.unknown:
		told = "unknown"
	case out.gone:
		told = "gone"
	case in.kind == get || in.kind == stale:
		told = fmt.Sprintf("%q", out.value)
	case in.kind == renew || in.kind == ask:
		told = fmt.Sprintf("%ds", out.remaining)
	case in.kind == swap:
		told = fmt.Sprint(out.swapped)
	}
	words := []string{string(in.kind), in.key}
	if in.kind == swap {
		words = append(words, in.expected, "by")
	}
	if in.value != "" {
		words = append(words, in.value)
	}
	return strings.Join(words, " ") + ": " + told
}

// counts is how much a history says.
type counts struct {
	known, unknown   int // operations by what their clients know
	swapped          int // transactions whose condition held
	granted, renewed int // leases; how often
	gone             int // operations that found a lease gone
}

func count(history []porcupine.Operation) (n counts) {
	for _, op := range history {
		in, out := op.Input.(input), op.Output.(output)
		if out.unknown {
			n.unknown++
			continue
		}
		n.known++
		switch {
		case out.swapped:
			n.swapped++
		case out.gone:
			n.gone++
		case in.kind == grant:
			n.granted++
		case in.kind == renew:
			n.renewed++
		}
	}
	return n
}
