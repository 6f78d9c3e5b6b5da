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
	get  kind = "get"
	put  kind = "put"
	del  kind = "del"
	swap kind = "swap" // a transaction: put value if the key has the value expected
)

// input is one operation. Values are unique, and never empty.
type input struct {
	kind            kind
	key             string
	value, expected string
}

// output is what its client was told.
type output struct {
	value   string // of a get; empty: there was no such key
	swapped bool   // of a swap
	unknown bool   // nothing it can rely on
}

// never is when an operation returned whose client was told nothing: it may
// take effect at any later time, and if it never does, that is after all others.
const never = math.MaxInt64

// model is a key space of registers, each judged by itself. A state is the
// key's value, empty if there is none.
var model = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
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
	},
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
	case in.kind == get:
		told = fmt.Sprintf("%q", out.value)
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

func count(history []porcupine.Operation) (known, unknown, swapped int) {
	for _, op := range history {
		switch out := op.Output.(output); {
		case out.unknown:
			unknown++
		case out.swapped:
			swapped++
			known++
		default:
			known++
		}
	}
	return known, unknown, swapped
}
