package labctl

import (
	"fmt"
	"strings"
	"time"
)

var diskVerb = &verb{
	name: "disk",
	args: "MEMBER slow DURATION|full|ok|corrupt",
	does: "make a member's disk slow, full, damaged or well",
	more: `slow DURATION  each fsync takes that long
full           nothing more can be written: the member stops at its next write
corrupt        the end of its log is damaged, which it notices when it starts next
ok             as fast as at the beginning, with room again (damage stays)`,
	examples: []string{"lab disk leader slow 200ms", "lab disk m1 full", "lab disk m1 ok"},
	run:      (*call).disk,
	offers: func(w World, n int) []string {
		if n == 0 {
			return members(w, n)
		}
		return diskStates
	},
}

var diskStates = []string{"slow", "full", "corrupt", "ok"}

func (c *call) disk() error {
	if err := c.counted(2, 3); err != nil {
		return err
	}
	names, err := c.resolve(c.args[0])
	if err != nil {
		return err
	}
	do, words, err := c.diskChange(c.args[1], c.args[2:])
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := do(name); err != nil {
			return err
		}
		c.printf("the disk of %s is %s\n", name, words)
	}
	c.fault(names, strings.Join(names, ","), words)
	return nil
}

// diskChange says what a state means, and writes it in canonical words.
func (c *call) diskChange(state string, rest []string) (do func(string) error, words string, err error) {
	if state != "slow" && len(rest) > 0 {
		return nil, "", usagef("unexpected %q", rest[0])
	}
	switch state {
	case "slow":
		if len(rest) == 0 {
			return nil, "", usagef("slow needs the duration of an fsync, such as 200ms")
		}
		d, err := duration(rest[0])
		if err == nil && (d == 0 || d > time.Minute) {
			err = usagef("an fsync takes more than nothing and a minute at most")
		}
		return func(name string) error { return c.world.SetFsync(name, d) }, fmt.Sprintf("slow %v", d), err
	case "full":
		return func(name string) error { return c.world.SetFull(name, true) }, "full", nil
	case "corrupt":
		return c.world.Corrupt, "corrupt", nil
	case "ok":
		return c.diskOK, "ok", nil
	}
	return nil, "", usagef("a disk can be slow, full, corrupt or ok, not %q%s", state, didYouMean(state, diskStates))
}

func (c *call) diskOK(name string) error {
	if err := c.world.SetFsync(name, 0); err != nil {
		return err
	}
	return c.world.SetFull(name, false)
}
