package labctl

var lossVerb = &verb{
	name:     "loss",
	args:     "[MEMBER MEMBER] PERCENT",
	does:     "lose some of the messages, on one link or all",
	more:     "What is lost is sent again after a while, as TCP does: loss makes links slow and bursty.",
	examples: []string{"lab loss 10%", "lab loss m1 m2 30", "lab loss 0"},
	run:      (*call).loss,
	offers:   pair,
}

func (c *call) loss() error {
	a, b, rest, err := c.link(true, 1)
	if err != nil {
		return err
	}
	share, err := percent(rest[0])
	if err != nil {
		return err
	}
	if err := c.world.SetLoss(a, b, share); err != nil {
		return err
	}
	c.printf("%s: %s of the messages are lost\n", linkName(a, b, false), permille(share))
	c.fault(linkMembers(a, b), words(a, b, permille(share))...)
	return nil
}
