package labctl

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"quorumlab/lab/event"
	"quorumlab/lab/shell"
)

// verb is one thing `lab` can do.
type verb struct {
	name     string
	args     string // for the usage line
	does     string // one line
	more     string // paragraphs for its help
	examples []string
	flags    func(*pflag.FlagSet)
	raw      bool // flags are not looked at
	run      func(*call) error
	// offers lists what may stand as argument n, for completion.
	offers func(w World, n int) []string
}

// verbs in the order of the help.
var verbs []*verb

func init() {
	verbs = []*verb{
		killVerb, stopVerb, startVerb, pauseVerb, resumeVerb, wipeVerb,
		partitionVerb, cutVerb, healVerb, latencyVerb, lossVerb, dropVerb, delayVerb,
		diskVerb, firewallVerb, timeoutsVerb,
		waitVerb, untilVerb, statusVerb, membersVerb, logsVerb, loadVerb, panicVerb,
	}
}

func verbNamed(name string) *verb {
	for _, v := range verbs {
		if v.name == name {
			return v
		}
	}
	return nil
}

// call is one use of a verb.
type call struct {
	*shell.Process
	world World
	verb  *verb
	args  []string
	flags *pflag.FlagSet
}

// usageError is a mistake in the words, not in the world: exit code 2 and a hint.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// errShown ends a verb that was not understood and has said so.
var errShown = errors.New("not understood")

// errInterrupted ends a verb that waited when Ctrl-C came; nothing is printed.
var errInterrupted = errors.New("interrupted")

// Command makes the `lab` command of a world. It exits 0 if it was done, 1 if
// the world refused, 2 if it was not understood, 130 after Ctrl-C.
func Command(w World) shell.Command {
	return func(p *shell.Process) int {
		args := p.Args[1:]
		if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
			return help(p, args)
		}
		v := verbNamed(args[0])
		if v == nil {
			fmt.Fprintf(p.Stderr, "lab: there is no verb %q%s\nRun 'lab help' for all verbs.\n", args[0], didYouMean(args[0], verbNames()))
			return 2
		}
		return v.call(p, w, args[1:])
	}
}

func (v *verb) call(p *shell.Process, w World, args []string) int {
	flags := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	if v.flags != nil {
		v.flags(flags)
	}
	if v.raw {
		return v.tell(p, v.run(&call{p, w, v, args, flags}))
	}
	err := flags.Parse(args)
	if n := negative(args); err != nil && n != "" {
		err = fmt.Errorf("%s: expected a number that is not negative", n)
	}
	switch {
	case errors.Is(err, pflag.ErrHelp):
		v.help(p.Stdout)
		return 0
	case err != nil:
		err = &usageError{err.Error()}
	default:
		err = v.run(&call{p, w, v, flags.Args(), flags})
	}
	return v.tell(p, err)
}

// negative is the first argument that is a number below zero, which flags would
// take for a flag; "" if there is none.
func negative(args []string) string {
	for _, arg := range args {
		if len(arg) > 1 && arg[0] == '-' && arg[1] >= '0' && arg[1] <= '9' {
			return arg
		}
	}
	return ""
}

// tell prints an error and gives the exit code for it.
func (v *verb) tell(p *shell.Process, err error) int {
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case p.Ctx.Err() != nil || errors.Is(err, errInterrupted):
		return 130
	case errors.Is(err, errShown):
		return 2
	case errors.As(err, &usage):
		fmt.Fprintf(p.Stderr, "lab %s: %v\nusage: %s\n", v.name, err, v.usage())
		return 2
	}
	fmt.Fprintf(p.Stderr, "lab %s: %v\n", v.name, err)
	return 1
}

func (v *verb) usage() string { return strings.TrimSpace("lab " + v.name + " " + v.args) }

func verbNames() []string {
	names := make([]string, len(verbs))
	for i, v := range verbs {
		names[i] = v.name
	}
	return names
}

// didYouMean gives a hint at the nearest of some names, or "".
func didYouMean(word string, names []string) string {
	if near := shell.Nearest(word, names); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// printf prints to stdout.
func (c *call) printf(format string, args ...any) {
	fmt.Fprintf(c.Stdout, format, args...)
}

// fault emits what was asked for, in canonical words.
func (c *call) fault(members []string, words ...string) {
	text := strings.Join(append([]string{c.verb.name}, words...), " ")
	c.world.Emit(event.Event{Type: event.Fault, Verb: c.verb.name, Members: members, Text: text})
}

// counted checks how many arguments there are.
func (c *call) counted(least, most int) error {
	switch n := len(c.args); {
	case n < least && n == 0:
		return usagef("what is missing is %s", c.verb.args)
	case n < least:
		return usagef("too few arguments")
	case most >= 0 && n > most:
		return usagef("unexpected %q", c.args[most])
	}
	return nil
}

// roles are the words that stand for members.
var roles = []string{"leader", "follower", "followers", "all"}

// resolve turns a word into members' names: a name, a role, or several with
// commas. No member is named twice.
func (c *call) resolve(word string) ([]string, error) {
	var names []string
	for part := range strings.SplitSeq(word, ",") {
		found, err := c.named(part)
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// one resolves a word that must stand for one member.
func (c *call) one(word string) (string, error) {
	names, err := c.resolve(word)
	if err == nil && len(names) != 1 {
		err = fmt.Errorf("%s stands for %d members; one is needed", word, len(names))
	}
	if err != nil {
		return "", err
	}
	return names[0], nil
}

// all resolves every word, each member once.
func (c *call) all(words []string) ([]string, error) {
	return c.resolve(strings.Join(words, ","))
}

func (c *call) named(word string) ([]string, error) {
	members := c.world.Members()
	leader := leaderOf(members)
	var names, followers []string
	for _, m := range members {
		names = append(names, m.Name)
		if m.State == "up" && m.Name != leader {
			followers = append(followers, m.Name)
		}
	}
	switch {
	case slices.Contains(names, word), c.verb.name == "start" && slices.Contains(c.world.Spare(), word):
		return []string{word}, nil
	case word == "all":
		return names, nil
	case word == "leader" && leader == "":
		return nil, errors.New("there is no leader at the moment; name a member")
	case word == "leader":
		return []string{leader}, nil
	case (word == "follower" || word == "followers") && len(followers) == 0:
		return nil, errors.New("there is no follower at the moment; name a member")
	case word == "follower":
		return followers[:1], nil
	case word == "followers":
		return followers, nil
	}
	hint := didYouMean(word, append(slices.Clone(names), roles...))
	return nil, usagef("there is no member %q%s; the members are %s, or say leader, follower, followers or all", word, hint, strings.Join(names, ", "))
}

// leaderOf finds the member that leads at the highest term, or "".
func leaderOf(members []Member) string {
	leader, term := "", uint64(0)
	for _, m := range members {
		if m.State == "up" && m.Role == "leader" && m.Term >= term {
			leader, term = m.Name, m.Term
		}
	}
	return leader
}
