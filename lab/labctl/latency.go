package labctl

import (
	"time"

	"github.com/spf13/pflag"
)

var latencyVerb = &verb{
	name:     "latency",
	args:     "[MEMBER MEMBER] DURATION [--jitter DURATION]",
	does:     "set how long a message takes, on one link or all",
	more:     "It is the time one way. With jitter each message takes up to that much longer.",
	examples: []string{"lab latency 50ms", "lab latency m1 m2 200ms --jitter 20ms"},
	flags:    func(f *pflag.FlagSet) { f.String("jitter", "0s", "random addition to each message") },
	run:      (*call).latency,
	offers:   pair,
}

func (c *call) latency() error {
	a, b, rest, err := c.link(true, 1)
	if err != nil {
		return err
	}
	latency, err := duration(rest[0])
	if err != nil {
		return err
	}
	text, _ := c.flags.GetString("jitter")
	jitter, err := duration(text)
	if err != nil {
		return err
	}
	if latency > time.Hour || jitter > time.Hour {
		return usagef("more than an hour is too long for a message")
	}
	if err := c.world.SetLatency(a, b, latency, jitter); err != nil {
		return err
	}
	flag, value := "", ""
	if jitter > 0 {
		flag, value = "--jitter", jitter.String()
		c.printf("%s: %v to %v one way\n", linkName(a, b, false), latency, latency+jitter)
	} else {
		c.printf("%s: %v one way\n", linkName(a, b, false), latency)
	}
	c.fault(linkMembers(a, b), words(a, b, latency.String(), flag, value)...)
	return nil
}
