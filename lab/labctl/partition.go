package labctl

import (
	"slices"
	"strings"
)

var partitionVerb = &verb{
	name: "partition",
	args: "GROUP [GROUP]...",
	does: "let members talk only within their groups",
	more: `A group is members with commas. Members that are in no group form one of their own.
The workstation reaches every member all the same: partitions cut what members say to each other.`,
	examples: []string{"lab partition m1,m2,m3 m4,m5,m6", "lab partition leader", "lab partition m1 m2 m3"},
	run:      (*call).partition,
	offers:   members,
}

func (c *call) partition() error {
	if err := c.counted(1, -1); err != nil {
		return err
	}
	groups, err := c.groups()
	if err != nil {
		return err
	}
	rest := c.rest(groups)
	if len(groups) == 1 && len(rest) == 0 {
		return usagef("all members are in one group: nothing would be cut")
	}
	if err := c.world.Partition(groups); err != nil {
		return err
	}
	words, shown := []string{}, []string{}
	for _, group := range groups {
		words = append(words, strings.Join(group, ","))
	}
	shown = append(shown, words...)
	if len(rest) > 0 {
		shown = append(shown, strings.Join(rest, ",")+" (the rest)")
	}
	c.printf("%s\n", strings.Join(shown, " | "))
	c.fault(slices.Concat(groups...), words...)
	return nil
}

// groups resolves the arguments; a member that is named twice is a mistake.
func (c *call) groups() ([][]string, error) {
	var groups [][]string
	seen := map[string]bool{}
	for _, word := range c.args {
		var group []string
		for part := range strings.SplitSeq(word, ",") {
			names, err := c.named(part)
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				if seen[name] {
					return nil, usagef("%s is named twice: a member is in one group only", name)
				}
				seen[name] = true
				group = append(group, name)
			}
		}
		groups = append(groups, group)
	}
	return groups, nil
}

// rest lists the members that are in no group.
func (c *call) rest(groups [][]string) []string {
	listed := slices.Concat(groups...)
	return slices.DeleteFunc(memberNames(c.world), func(name string) bool { return slices.Contains(listed, name) })
}
