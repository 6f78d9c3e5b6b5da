package labctl

var resumeVerb = &verb{
	name:     "resume",
	args:     "MEMBER...",
	does:     "let a paused member go on (SIGCONT)",
	examples: []string{"lab resume m1", "lab resume all"},
	run:      func(c *call) error { return c.each("resumed", c.world.Resume) },
	offers:   members,
}
