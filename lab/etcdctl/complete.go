package etcdctl

import (
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/shell"
)

// Completer completes etcdctl's commands, flags, values of flags, keys and file
// names. It asks no member: keys are the shell's to find.
type Completer struct{}

// Complete offers words for the place of word.
func (Completer) Complete(words []string, word string) []string {
	root := (&ctl{Process: &tool.Process{}}).root()
	root.InitDefaultHelpCmd()
	return tool.Complete(root, words, word, offers)
}

// offers are what may stand as an argument of a command, or as the value of a
// flag.
var offers = tool.Offers{
	Arguments: map[string][]string{
		"get": {shell.KeyHere, shell.KeyHere}, "del": {shell.KeyHere, shell.KeyHere}, "put": {shell.KeyHere}, "watch": {shell.KeyHere, shell.KeyHere},
		"snapshot save": {shell.FileHere},
	},
	Values: map[string][]string{
		"write-out": tool.Formats, "consistency": {"l", "s"},
		"order":   {"ASCEND", "DESCEND"},
		"sort-by": {"CREATE", "KEY", "MODIFY", "VALUE", "VERSION"},
		"load":    {"s", "m", "l", "xl"},
		"cacert":  {shell.FileHere}, "cert": {shell.FileHere}, "key": {shell.FileHere},
	},
}
