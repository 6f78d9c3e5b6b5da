package labctl

var wipeVerb = &verb{
	name:     "wipe",
	args:     "MEMBER...",
	does:     "remove the data directory of a member that is down",
	more:     `Everything it knew is gone. Start it again, or restore a snapshot first.`,
	examples: []string{"lab kill m1; lab wipe m1", "lab wipe all"},
	run:      func(c *call) error { return c.each("wiped", c.world.Wipe) },
	offers:   members,
}
