package labctl

import (
	"fmt"
	"slices"
	"strings"
)

var startVerb = &verb{
	name: "start",
	args: "MEMBER... [etcd's server flags]",
	does: "start a member's process that is down",
	more: `It reads its disk, and joins the cluster if it can. A machine that is not there yet
(m4 in a world of three) is put up first.
Flags are etcd's own, and go behind the members: --name --data-dir --initial-cluster
--initial-cluster-state --initial-cluster-token --initial-advertise-peer-urls --listen-peer-urls
--listen-client-urls --advertise-client-urls --force-new-cluster --snapshot-count
--heartbeat-interval --election-timeout --quota-backend-bytes --strict-reconfig-check.
They stay with the machine for later starts, as in a unit file, except --force-new-cluster and
those that begin with --initial-, which are for this start.`,
	examples: []string{
		"lab start m1", "lab start all", "lab start m1 --data-dir=restored.etcd",
		"lab start m4 --initial-cluster=m1=http://10.0.0.11:2380,m4=http://10.0.0.14:2380 --initial-cluster-state=existing",
	},
	raw:    true,
	run:    (*call).start,
	offers: startable,
}

// start splits members from flags: what begins with a hyphen, and all behind
// it, is etcd's.
func (c *call) start() error {
	words := c.args
	split := slices.IndexFunc(words, func(word string) bool { return strings.HasPrefix(word, "-") })
	if split < 0 {
		split = len(words)
	}
	if slices.Contains(words[split:], "--help") || slices.Contains(words[split:], "-h") {
		c.verb.help(c.Stdout)
		return nil
	}
	c.args = words[:split]
	flags, err := parseServerFlags(words[split:])
	if mistake, ok := err.(*flagError); ok {
		fmt.Fprintf(c.Stderr, "%v\n%s", mistake, serverUsage)
		return errShown
	}
	if err != nil {
		return err
	}
	return c.each("started", func(name string) error { return c.world.Start(name, flags) })
}

// startable offers members, and machines that could be put up.
func startable(w World, n int) []string {
	return append(members(w, n), w.Spare()...)
}
