package labctl

var delayVerb = &verb{
	name: "delay",
	args: "(ID | KIND FROM TO) DURATION",
	does: "hold up one message: one in flight, or the next of its kind",
	more: `ID is the number of a message that is in flight; the stage shows it. Most take 5ms, so pause first.
KIND FROM TO is the next such message that is sent, whenever that is.
It arrives so much later, and what follows on its connection not before it.`,
	examples: []string{"lab delay append leader m3 300ms", "lab delay 1742 1s"},
	run:      (*call).delay,
	offers:   offerMessages,
}

func (c *call) delay() error {
	m, rest, err := c.message(1)
	if err != nil {
		return err
	}
	by, err := duration(rest[0])
	if err != nil {
		return err
	}
	if by == 0 || by > maxDelay {
		return usagef("a message is held up by more than nothing and an hour at most")
	}
	if m.kind != "" {
		if err := c.world.Next(m.kind, m.from, m.to, by); err != nil {
			return err
		}
		c.printf("the next %s from %s to %s will take %v longer\n", m.kind, m.from, m.to, by)
	} else {
		if err := c.world.DelayMessage(m.id, by); err != nil {
			return err
		}
		c.printf("message %d takes %v longer\n", m.id, by)
	}
	c.fault(m.members(), append(m.words(), by.String())...)
	return nil
}
