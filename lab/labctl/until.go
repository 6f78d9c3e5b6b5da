package labctl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

var untilVerb = &verb{
	name: "until",
	args: "'CONDITION' [--timeout DURATION]",
	does: "let virtual time pass until something holds",
	more: `Conditions are those of the exercises: Python-like expressions over the world, such as
leader, up(m1), committed("name"), quorum. Write them in quotes. It exits 1 if the time was up.`,
	examples: []string{"lab until 'leader'", `lab until 'committed("name") == "Jane"' --timeout 10s`, "lab kill leader; lab until 'leader and leader != first.leader'"},
	flags:    func(f *pflag.FlagSet) { f.String("timeout", "60s", "how long to wait at most") },
	run:      (*call).until,
}

func (c *call) until() error {
	if err := c.counted(1, -1); err != nil {
		return err
	}
	text, _ := c.flags.GetString("timeout")
	limit, err := duration(text)
	if err != nil {
		return err
	}
	condition := strings.Join(c.args, " ")
	begin := c.Now()
	ctx, cancel := context.WithTimeout(c.Ctx, limit)
	defer cancel()
	seen, err := c.world.Until(ctx, condition)
	switch {
	case c.Ctx.Err() != nil:
		return errInterrupted
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("not within %v: %s; seen: %s", limit, condition, orNothing(seen))
	case err != nil:
		return usagef("%v", err)
	}
	c.printf("after %v: %s\n", c.Now().Sub(begin).Round(time.Millisecond), orNothing(seen))
	return nil
}

func orNothing(seen string) string {
	if seen == "" {
		return "nothing of note"
	}
	return seen
}
