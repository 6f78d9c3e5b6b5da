package labctl

var dropVerb = &verb{
	name: "drop",
	args: "ID | KIND FROM TO",
	does: "lose one message: one in flight, or the next of its kind",
	more: `ID is the number of a message that is in flight; the stage shows it. Most take 5ms, so pause first.
KIND FROM TO is the next such message that is sent, whenever that is.
TCP sends again what was lost (after 200ms at first), and what follows on the connection waits for it.`,
	examples: []string{"lab drop append leader m3", "lab drop vote-reply m2 m1", "lab drop 1742"},
	run:      (*call).drop,
	offers:   offerMessages,
}

func (c *call) drop() error {
	m, _, err := c.message(0)
	if err != nil {
		return err
	}
	if m.kind != "" {
		if err := c.world.Next(m.kind, m.from, m.to, 0); err != nil {
			return err
		}
		c.printf("the next %s from %s to %s will be lost\n", m.kind, m.from, m.to)
	} else {
		again, err := c.world.DropMessage(m.id)
		if err != nil {
			return err
		}
		c.printf("message %d is lost; TCP sends it again after %v\n", m.id, again)
	}
	c.fault(m.members(), m.words()...)
	return nil
}
