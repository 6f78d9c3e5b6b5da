package labctl

var stopVerb = &verb{
	name:     "stop",
	args:     "MEMBER...",
	does:     "end a member's process gracefully (SIGTERM)",
	more:     `A leader hands over before it ends.`,
	examples: []string{"lab stop m3", "lab stop all"},
	run:      func(c *call) error { return c.each("stopped", c.world.Stop) },
	offers:   members,
}
