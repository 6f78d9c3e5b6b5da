package etcdutl

import (
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/shell"
)

// Completer completes etcdutl's commands, flags and file names.
type Completer struct{}

// Complete offers words for the place of word.
func (Completer) Complete(words []string, word string) []string {
	root := (&utl{Process: &tool.Process{}}).root()
	root.InitDefaultHelpCmd()
	return tool.Complete(root, words, word, offers)
}

var offers = tool.Offers{
	Arguments: map[string][]string{
		"snapshot status": {shell.FileHere}, "snapshot restore": {shell.FileHere}, "hashkv": {shell.FileHere},
	},
	Values: map[string][]string{
		"write-out": tool.Formats, "data-dir": {shell.FileHere}, "wal-dir": {shell.FileHere},
	},
}
