package labctl

import "github.com/spf13/pflag"

var cutVerb = &verb{
	name:     "cut",
	args:     "MEMBER MEMBER [--one-way]",
	does:     "cut the link between two members",
	more:     "With --one-way what the first sends no longer arrives; the other direction stays.",
	examples: []string{"lab cut m1 m2", "lab cut leader m3 --one-way"},
	flags:    func(f *pflag.FlagSet) { f.Bool("one-way", false, "only from the first to the second") },
	run:      (*call).cut,
	offers:   pair,
}

func (c *call) cut() error {
	oneWay, _ := c.flags.GetBool("one-way")
	a, b, _, err := c.link(false, 0)
	if err != nil {
		return err
	}
	if err := c.world.Cut(a, b, oneWay); err != nil {
		return err
	}
	c.printf("%s is cut\n", linkName(a, b, oneWay))
	flag := ""
	if oneWay {
		flag = "--one-way"
	}
	c.fault(linkMembers(a, b), words(a, b, flag)...)
	return nil
}
