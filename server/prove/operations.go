package prove

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/anishathalye/porcupine"
)

// client types one operation at a time at a terminal of its own.
type client struct {
	number   int // of its session
	prompted bool
	open     *operation
}

type operation struct {
	input
	stdout, stderr strings.Builder
	code           int
}

// leased is a lease that a client was granted, with the key it is for.
type leased struct {
	key, id string
	ttl     int64
	care    int  // how often it is renewed: 0 is not at all
	over    bool // as somebody was told
}

// work begins an operation at each terminal that shows its prompt, most of the
// time, and lets a tick pass.
func (w *world) work() error {
	for _, c := range w.clients {
		if c.idle() && w.chance.IntN(4) > 0 {
			in := w.choose()
			in.begin = w.run.NowMicros()
			if err := w.enter(c, in, w.line(in)); err != nil {
				return err
			}
		}
	}
	return w.tick()
}

func (c *client) idle() bool { return c.prompted && c.open == nil }

// enter types a line at a client's terminal.
func (w *world) enter(c *client, in input, line string) error {
	c.open, c.prompted = &operation{input: in}, false
	return w.input(map[string]any{"type": "line", "session": c.number, "text": line})
}

func (w *world) choose() input {
	if w.chance.IntN(5) < 2 {
		return w.chooseLease()
	}
	in := input{kind: get, key: fmt.Sprintf("r%d", w.chance.IntN(w.options.Keys)+1)}
	switch n := w.chance.IntN(20); {
	case n < 6:
		in.kind, in.value = put, w.fresh()
	case n < 10:
		in.kind, in.value, in.expected = swap, w.fresh(), w.seen[in.key]
	case n == 10:
		in.kind = del
	case n == 11:
		in.kind = stale
	}
	return in
}

// fresh is a value that nobody has written.
func (w *world) fresh() string {
	w.value++
	return strconv.Itoa(w.value)
}

// chooseLease asks for a lease while there are few, and else does something with
// one of them, now and then with one that is over.
func (w *world) chooseLease() input {
	live := slices.DeleteFunc(slices.Clone(w.leases), func(l *leased) bool { return l.over })
	if len(live)+w.granting < w.options.Leases {
		w.granting++
		w.granted++
		return input{kind: grant, key: fmt.Sprintf("%s%d", leasePrefix, w.granted), ttl: int64(w.between(2, 5))}
	}
	if len(live) == 0 || w.chance.IntN(6) == 0 {
		live = w.leases[max(0, len(w.leases)-2*w.options.Leases):]
	}
	if len(live) == 0 {
		return input{kind: get, key: "r1"}
	}
	l := live[w.chance.IntN(len(live))]
	in := input{kind: get, key: l.key, lease: l.id, ttl: l.ttl}
	switch n := w.chance.IntN(14 + l.care); {
	case n < 4:
		in.kind, in.value = put, w.fresh()
	case n < 6:
		in.kind = ask
	case n == 6 && w.chance.IntN(2) == 0:
		in.kind = revoke
	case n >= 14:
		in.kind = renew
	}
	return in
}

// line is an operation as typed: mostly at one member, else wherever etcdctl
// finds one that answers.
func (w *world) line(in input) string {
	words := []string{"etcdctl", "--command-timeout=3s"}
	before := ""
	switch in.kind {
	case get:
		words = append(words, "get", in.key, "--print-value-only")
	case stale:
		words = append(words, "get", in.key, "--print-value-only", "--consistency=s")
	case put:
		words = append(words, "put", in.key, in.value)
		if in.lease != "" {
			words = append(words, "--lease="+in.lease)
		}
	case del:
		words = append(words, "del", in.key)
	case swap:
		words = []string{"timeout", "5", "etcdctl", "txn"}
		before = transaction(in) + " | "
	case grant:
		words = append(words, "lease", "grant", fmt.Sprint(in.ttl))
	case revoke:
		words = append(words, "lease", "revoke", in.lease)
	case renew: // this, the next and txn know no timeout of their own
		words = []string{"timeout", "5", "etcdctl", "lease", "keep-alive", "--once", in.lease}
	case ask:
		words = []string{"timeout", "5", "etcdctl", "lease", "timetolive", in.lease, "--keys"}
	}
	if w.chance.IntN(4) > 0 {
		words = slices.Insert(words, 0, "ETCDCTL_ENDPOINTS="+endpoint(fmt.Sprintf("m%d", 1+w.chance.IntN(w.options.Members))))
	}
	return before + strings.Join(words, " ")
}

// transaction types a swap to etcdctl txn: compares, what to do if they hold,
// what to do if not. A key that is not there has the version 0.
func transaction(in input) string {
	compare := fmt.Sprintf(`value("%s") = "%s"`, in.key, in.expected)
	if in.expected == "" {
		compare = fmt.Sprintf(`version("%s") = "0"`, in.key)
	}
	return fmt.Sprintf(`printf '%s\n\nput %s %s\n\n\n'`, compare, in.key, in.value)
}

// mute tells of which operations nothing is kept if they fail: those that change
// nothing, and renewals and grants. If these two happened all the same, that
// makes no history possible which would not be without them.
func (k kind) mute() bool { return k == get || k == stale || k == renew || k == ask || k == grant }

// end notes what came of a client's operation, at a time.
func (w *world) end(op *operation, client int, at int64) {
	if op.kind == grant {
		w.granting--
	}
	out, ok := op.outcome()
	if !ok && op.kind.mute() {
		return
	}
	out.unknown, out.end = !ok, at
	if !ok {
		out.end = never
	}
	w.learn(&op.input, out)
	w.ended = append(w.ended, porcupine.Operation{ClientId: client, Input: op.input, Call: op.begin, Output: out, Return: out.end})
}

// What etcdctl says about leases.
var (
	grantedText   = regexp.MustCompile(`^lease ([0-9a-f]+) granted with TTL\((\d+)s\)`)
	renewedText   = regexp.MustCompile(`keepalived with TTL\((\d+)\)`)
	remainingText = regexp.MustCompile(`remaining\((-?\d+)s\), attached keys\(\[(.*)\]\)`)
)

const (
	leaseNotFound = "Error: etcdserver: requested lease not found"
	leaseExpired  = "already expired"
)

// outcome reads what a client was told; false if that is nothing.
func (op *operation) outcome() (out output, ok bool) {
	text := op.stdout.String()
	switch {
	case op.lease != "" && (op.code != 0 && strings.Contains(op.stderr.String(), leaseNotFound) || strings.Contains(text, leaseExpired)):
		return output{gone: true}, true
	case op.code != 0:
		return out, false
	}
	switch op.kind {
	case get, stale:
		out.value = strings.TrimSuffix(text, "\n")
	case swap:
		out.swapped = strings.HasPrefix(text, "SUCCESS\n")
	case grant:
		m := grantedText.FindStringSubmatch(text)
		if m == nil {
			return out, false
		}
		op.lease, op.ttl = m[1], number(m[2])
	case renew:
		m := renewedText.FindStringSubmatch(text)
		if m == nil {
			return out, false
		}
		out.remaining = number(m[1])
	case ask:
		m := remainingText.FindStringSubmatch(text)
		if m == nil {
			return out, false
		}
		out.remaining, out.attached = number(m[1]), m[2] == op.key
	}
	return out, true
}

func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64) // digits by the expression; one too large is no TTL of ours
	return n
}

// learn is what clients know of each other's doings.
func (w *world) learn(in *input, out output) {
	if out.unknown {
		return
	}
	switch {
	case in.kind == grant:
		w.leases = append(w.leases, &leased{key: in.key, id: in.lease, ttl: in.ttl, care: []int{0, 4, 20}[w.chance.IntN(3)]})
	case out.gone || in.kind == revoke:
		for _, l := range w.leases {
			l.over = l.over || l.id == in.lease
		}
	case in.kind == get:
		w.seen[in.key] = out.value
	case in.kind == put || in.kind == swap && out.swapped:
		w.seen[in.key] = in.value
	}
}
