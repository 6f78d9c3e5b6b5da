package labctl

var killVerb = &verb{
	name:     "kill",
	args:     "MEMBER...",
	does:     "kill -9 a member's process",
	more:     `What it had not yet synced to its disk is lost; the disk stays.`,
	examples: []string{"lab kill leader", "lab kill m1 m2", "lab kill followers"},
	run:      func(c *call) error { return c.each("killed", c.world.Kill) },
	offers:   members,
}
