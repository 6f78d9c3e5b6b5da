package tool

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Formats are the values of --write-out.
var Formats = []string{"fields", "json", "protobuf", "simple", "table"}

// Offers are what stands in the places of a tool's arguments and flags.
type Offers struct {
	Arguments map[string][]string // command, below the root -> one offer for each argument
	Values    map[string][]string // flag -> its values
}

// Complete offers words in place of word, which follows words (the tool's name
// first), by the tool's command tree. Offers need not begin with word.
func Complete(root *cobra.Command, words []string, word string, offers Offers) []string {
	at := place{command: root}
	for _, w := range words[min(1, len(words)):] {
		at.pass(w)
	}
	switch {
	case at.flag != nil:
		return offers.Values[at.flag.Name]
	case strings.HasPrefix(word, "--") && strings.Contains(word, "="):
		return withPrefix(word[:strings.Index(word, "=")+1], offers.Values[word[2:strings.Index(word, "=")]])
	case strings.HasPrefix(word, "-") && !at.flagsEnded:
		return at.flags()
	case at.command.HasSubCommands() && at.arguments == 0:
		return at.names()
	}
	path := strings.TrimPrefix(at.command.CommandPath(), root.Name()+" ")
	if list := offers.Arguments[path]; at.arguments < len(list) {
		return list[at.arguments : at.arguments+1]
	}
	return nil
}

// place is where a command line stands after some words.
type place struct {
	command    *cobra.Command
	flag       *pflag.Flag // that still waits for its value
	arguments  int
	flagsEnded bool // by --
}

func (p *place) pass(w string) {
	switch {
	case p.flag != nil:
		p.flag = nil
	case p.flagsEnded:
		p.arguments++
	case w == "--":
		p.flagsEnded = true
	case strings.HasPrefix(w, "-") && w != "-":
		if f := p.lookup(w); f != nil && f.NoOptDefVal == "" {
			p.flag = f
		}
	default:
		if sub := p.sub(w); sub != nil && p.arguments == 0 {
			p.command = sub
		} else {
			p.arguments++
		}
	}
}

// lookup finds the flag of a word that has no value in it.
func (p *place) lookup(w string) *pflag.Flag {
	if name, ok := strings.CutPrefix(w, "--"); ok {
		if strings.Contains(name, "=") {
			return nil
		}
		if f := p.command.LocalFlags().Lookup(name); f != nil {
			return f
		}
		return p.command.InheritedFlags().Lookup(name)
	}
	if len(w) != 2 {
		return nil
	}
	if f := p.command.LocalFlags().ShorthandLookup(w[1:]); f != nil {
		return f
	}
	return p.command.InheritedFlags().ShorthandLookup(w[1:])
}

// sub finds the command below by its name or an unambiguous prefix of it.
func (p *place) sub(w string) (found *cobra.Command) {
	for _, c := range p.command.Commands() {
		if c.Name() == w {
			return c
		}
		if strings.HasPrefix(c.Name(), w) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

func (p *place) names() (names []string) {
	for _, c := range p.command.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return names
}

func (p *place) flags() (names []string) {
	add := func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	}
	p.command.InitDefaultHelpFlag()
	p.command.LocalFlags().VisitAll(add)
	p.command.InheritedFlags().VisitAll(add)
	return names
}

func withPrefix(prefix string, list []string) (out []string) {
	for _, s := range list {
		out = append(out, prefix+s)
	}
	return out
}
