package labctl

var pauseVerb = &verb{
	name:     "pause",
	args:     "MEMBER...",
	does:     "freeze a member's process (SIGSTOP)",
	more:     `It answers nothing until it is resumed, and does not know how long it slept.`,
	examples: []string{"lab pause leader"},
	run:      func(c *call) error { return c.each("paused", c.world.Pause) },
	offers:   members,
}
