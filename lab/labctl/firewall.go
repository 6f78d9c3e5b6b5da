package labctl

import (
	"strconv"
	"strings"
)

var firewallVerb = &verb{
	name: "firewall",
	args: "MEMBER PORT drop|accept",
	does: "drop what is sent to a port of a member",
	more: `Port 2379 is for clients (the workstation), port 2380 for the other members. What is dropped
vanishes without an answer, as with iptables' DROP.`,
	examples: []string{"lab firewall m1 2379 drop", "lab firewall m1 2379 accept"},
	run:      (*call).firewall,
	offers: func(w World, n int) []string {
		switch n {
		case 0:
			return members(w, n)
		case 1:
			return []string{"2379", "2380"}
		}
		return []string{"drop", "accept"}
	},
}

func (c *call) firewall() error {
	if err := c.counted(3, 3); err != nil {
		return err
	}
	names, err := c.resolve(c.args[0])
	if err != nil {
		return err
	}
	port, err := strconv.Atoi(c.args[1])
	if err != nil {
		return usagef("%q is no port; members have 2379 (clients) and 2380 (peers)", c.args[1])
	}
	state := c.args[2]
	if state != "drop" && state != "accept" {
		return usagef("a firewall can drop or accept, not %q%s", state, didYouMean(state, []string{"drop", "accept"}))
	}
	for _, name := range names {
		if err := c.world.Firewall(name, port, state == "drop"); err != nil {
			return err
		}
		c.printf("port %d of %s: %s\n", port, name, state)
	}
	c.fault(names, strings.Join(names, ","), c.args[1], state)
	return nil
}
