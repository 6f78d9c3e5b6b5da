package labctl

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"quorumlab/lab/shell"
)

// helpColumn is how wide the verbs' usages are beside what they do.
const helpColumn = 30

func help(p *shell.Process, args []string) int {
	if len(args) > 1 {
		v := verbNamed(args[1])
		if v == nil {
			fmt.Fprintf(p.Stderr, "lab: there is no verb %q%s\n", args[1], didYouMean(args[1], verbNames()))
			return 2
		}
		v.help(p.Stdout)
		return 0
	}
	var b strings.Builder
	b.WriteString("lab makes things happen to the cluster, and time pass.\n\n")
	for _, v := range verbs {
		usage := strings.TrimSpace(v.name + " " + v.args)
		if len(usage) > helpColumn {
			usage += "\n  " + strings.Repeat(" ", helpColumn)
		}
		fmt.Fprintf(&b, "  %-*s  %s\n", helpColumn, usage, v.does)
	}
	b.WriteString(`
MEMBER is a name (m1) or a role: leader, follower (the first one), followers, all.
DURATION is 500ms, 3s, 2m or 1h of virtual time.
'lab help VERB' tells more, with examples.
`)
	_, _ = io.WriteString(p.Stdout, b.String())
	return 0
}

// help prints what a verb does, its flags and examples.
func (v *verb) help(w io.Writer) {
	var b strings.Builder
	fmt.Fprintf(&b, "usage: %s\n\n%s.\n", v.usage(), strings.ToUpper(v.does[:1])+v.does[1:])
	if v.more != "" {
		fmt.Fprintf(&b, "%s\n", v.more)
	}
	if v.flags != nil {
		flags := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
		v.flags(flags)
		fmt.Fprintf(&b, "\nflags:\n%s", flags.FlagUsages())
	}
	b.WriteString("\nexamples:\n")
	for _, example := range v.examples {
		fmt.Fprintf(&b, "  %s\n", example)
	}
	_, _ = io.WriteString(w, b.String())
}
