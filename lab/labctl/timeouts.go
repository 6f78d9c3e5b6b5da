package labctl

import (
	"slices"
	"strings"
	"time"
)

var timeoutsVerb = &verb{
	name: "timeouts",
	args: "[MEMBER...] DURATION|align|spread|default",
	does: "set how long members wait for a leader before they stand",
	more: `A member stands for election after one to two of these without a leader; all is meant if no member is named.
align    all wait as short as they can, 500ms to 1s: with a slow network (lab latency 150ms) votes split
spread   each waits half a second longer than the one before
default  what the process was started with
A member also refuses its vote to others until its own wait is over. A process that is started anew has its own --election-timeout again.`,
	examples: []string{"lab timeouts align", "lab timeouts m3 3s", "lab timeouts default"},
	run:      (*call).timeouts,
	offers: func(w World, n int) []string {
		return append(members(w, n), "align", "spread", "default")
	},
}

// Shortest and longest election timeouts: raft's lease, and etcd's own limit.
const (
	shortestTimeout = 500 * time.Millisecond
	longestTimeout  = 50 * time.Second
)

func (c *call) timeouts() error {
	if err := c.counted(1, -1); err != nil {
		return err
	}
	last := len(c.args) - 1
	timeoutOf, value, err := c.timeout(c.args[last])
	if err != nil {
		return err
	}
	who := c.args[:last]
	if last == 0 {
		who = []string{"all"}
	}
	names, err := c.all(who)
	if err != nil {
		return err
	}
	return c.setTimeouts(names, value, timeoutOf, last > 0)
}

// timeout reads the last word: what the i-th member gets, and how that is written.
func (c *call) timeout(word string) (of func(i int) time.Duration, value string, err error) {
	fixed := func(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }
	switch word {
	case "align":
		return fixed(shortestTimeout), word, nil
	case "default":
		return fixed(0), word, nil
	case "spread":
		return func(i int) time.Duration { return time.Second + time.Duration(i)*time.Second/2 }, word, nil
	}
	if slices.Contains(roles, word) || slices.Contains(memberNames(c.world), word) {
		return nil, "", usagef("what is missing is a duration, or align, spread or default")
	}
	d, err := duration(word)
	if err == nil && (d < shortestTimeout || d > longestTimeout) {
		err = usagef("an election timeout is %v at least and %v at most", shortestTimeout, longestTimeout)
	}
	return fixed(d), d.String(), err
}

// setTimeouts gives each member its timeout. Where no member was named, those
// that are down are passed over as long as one is not.
func (c *call) setTimeouts(names []string, value string, timeoutOf func(int) time.Duration, named bool) error {
	var changed []string
	var failed []error
	for i, name := range names {
		d, err := c.world.SetTimeout(name, timeoutOf(i))
		if err != nil {
			failed = append(failed, err)
			continue
		}
		changed = append(changed, name)
		c.printf("%s waits %v to %v for a leader\n", name, d, 2*d)
	}
	if len(changed) > 0 {
		written := strings.Join(changed, " ")
		if !named {
			written = ""
		}
		c.fault(changed, words(written, value)...)
		if !named {
			return nil
		}
	}
	return joined(failed)
}
