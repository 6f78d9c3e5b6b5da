package labctl

import (
	"github.com/spf13/pflag"
)

var logsVerb = &verb{
	name:     "logs",
	args:     "MEMBER [-n LINES]",
	does:     "show a member's latest log lines",
	examples: []string{"lab logs m1", "lab logs leader -n 50 | grep elected"},
	flags:    func(f *pflag.FlagSet) { f.IntP("lines", "n", 20, "how many lines") },
	run:      (*call).logs,
	offers:   members,
}

func (c *call) logs() error {
	if err := c.counted(1, 1); err != nil {
		return err
	}
	name, err := c.one(c.args[0])
	if err != nil {
		return err
	}
	n, _ := c.flags.GetInt("lines")
	if n < 0 {
		return usagef("-n %d: a number of lines is not negative", n)
	}
	lines, err := c.world.Logs(name)
	if err != nil {
		return err
	}
	for _, line := range lines[max(0, len(lines)-n):] {
		c.printf("%s\n", line)
	}
	return nil
}
