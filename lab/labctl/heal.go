package labctl

var healVerb = &verb{
	name:     "heal",
	args:     "[MEMBER MEMBER]",
	does:     "mend a link, or all links",
	more:     "Nothing is cut or lost on it any more. Latencies stay.",
	examples: []string{"lab heal", "lab heal m1 m2"},
	run:      (*call).heal,
	offers:   pair,
}

func (c *call) heal() error {
	a, b, _, err := c.link(true, 0)
	if err != nil {
		return err
	}
	if err := c.world.Heal(a, b); err != nil {
		return err
	}
	verb := "is"
	if a == "" {
		verb = "are"
	}
	c.printf("%s %s healed\n", linkName(a, b, false), verb)
	c.fault(linkMembers(a, b), words(a, b)...)
	return nil
}
