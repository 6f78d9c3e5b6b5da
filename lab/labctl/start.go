package labctl

var startVerb = &verb{
	name:     "start",
	args:     "MEMBER...",
	does:     "start a member's process that is down",
	more:     `It reads its disk, and joins the cluster if it can.`,
	examples: []string{"lab start m1", "lab start all"},
	run:      func(c *call) error { return c.each("started", c.world.Start) },
	offers:   members,
}
