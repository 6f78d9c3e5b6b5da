package labctl

import (
	"errors"
	"strings"
)

// each does something to each member that the arguments name, and tells it.
// Where several are named by a role, those it does not apply to (started, but up
// already) are passed over as long as it applies to one.
func (c *call) each(done string, do func(name string) error) error {
	if err := c.counted(1, -1); err != nil {
		return err
	}
	names, err := c.all(c.args)
	if err != nil {
		return err
	}
	var changed []string
	var failed []error
	for _, name := range names {
		if err := do(name); err != nil {
			failed = append(failed, err)
			continue
		}
		changed = append(changed, name)
		c.printf("%s is %s\n", name, done)
	}
	if len(changed) > 0 {
		c.fault(changed, strings.Join(changed, " "))
	}
	if len(changed) > 0 && len(c.args) == 1 && (c.args[0] == "all" || c.args[0] == "followers") {
		return nil
	}
	return joined(failed)
}

// joined makes one line of several errors.
func joined(list []error) error {
	if len(list) == 0 {
		return nil
	}
	texts := make([]string, len(list))
	for i, err := range list {
		texts[i] = err.Error()
	}
	return errors.New(strings.Join(texts, "; "))
}
