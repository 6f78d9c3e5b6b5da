package labctl

import (
	"slices"

	"github.com/spf13/pflag"

	"quorumlab/lab/shell"
)

// Completer completes the words of `lab`.
func Completer(w World) shell.Completer { return completer{w} }

type completer struct{ world World }

// Complete offers verbs, then what each verb takes.
func (c completer) Complete(words []string, word string) []string {
	if len(words) == 1 {
		return append(verbNames(), "help")
	}
	if words[1] == "help" {
		return verbNames()
	}
	v := verbNamed(words[1])
	if v == nil {
		return nil
	}
	var list []string
	if v.flags != nil {
		flags := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
		v.flags(flags)
		flags.VisitAll(func(f *pflag.Flag) { list = append(list, "--"+f.Name) })
	}
	if v.offers != nil {
		list = append(list, v.offers(c.world, len(words)-2)...)
	}
	return list
}

// members offers every argument the names and roles of members.
func members(w World, _ int) []string {
	return append(memberNames(w), roles...)
}

// pair offers members for the first two arguments.
func pair(w World, n int) []string {
	if n > 1 {
		return nil
	}
	return append(memberNames(w), "leader", "follower")
}

func memberNames(w World) []string {
	var names []string
	for _, m := range w.Members() {
		names = append(names, m.Name)
	}
	return slices.Clip(names)
}
