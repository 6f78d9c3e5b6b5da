package labctl

var panicVerb = &verb{
	name:     "panic",
	does:     "end the world on purpose, to see how that is told",
	examples: []string{"lab panic"},
	run:      (*call).panic,
}

func (c *call) panic() error {
	if err := c.counted(0, 0); err != nil {
		return err
	}
	go panic("lab panic: this world was ended on purpose")
	<-c.Ctx.Done()
	return errInterrupted
}
