package labctl

var waitVerb = &verb{
	name:     "wait",
	args:     "DURATION",
	does:     "let virtual time pass",
	examples: []string{"lab wait 3s", "lab wait 500ms"},
	run:      (*call).wait,
}

func (c *call) wait() error {
	if err := c.counted(1, 1); err != nil {
		return err
	}
	d, err := duration(c.args[0])
	if err != nil {
		return err
	}
	if c.Sleep(d) != nil {
		return errInterrupted
	}
	return nil
}
