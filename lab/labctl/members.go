package labctl

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

var membersVerb = &verb{
	name:     "members",
	does:     "list the machines: names, ids, addresses",
	examples: []string{"lab members"},
	run:      (*call).members,
}

func (c *call) members() error {
	if err := c.counted(0, 0); err != nil {
		return err
	}
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "MEMBER\tID\tADDRESS\tCLIENTS\tPEERS\tSTATE")
	for _, m := range c.world.Members() {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s:2379\t%s:2380\t%s\n", m.Name, m.ID, m.Address, m.Address, m.Address, m.State)
	}
	_ = t.Flush()
	c.printf("%s", b.String())
	return nil
}
