package etcdctl

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"quorumlab/lab/internal/tool"
)

// usage prints a command's help in etcdctl's layout.
func usage(w io.Writer, c *cobra.Command) {
	t := tabwriter.NewWriter(w, 0, 8, 1, '\t', 0)
	u := &usageWriter{t}
	u.section("NAME:", fmt.Sprintf("%s - %s", nameBelow(c, c.Root()), c.Short))
	u.section("\nUSAGE:", c.UseLine())
	if !c.HasParent() {
		u.section("\nVERSION:", tool.Version)
	}
	if c.HasSubCommands() {
		u.section("\nAPI VERSION:", tool.APIVersion)
	}
	if c.HasExample() {
		u.section("\nExamples:", strings.Split(c.Example, "\n")...)
	}
	if c.HasSubCommands() {
		u.section("\nCOMMANDS:", commandLines(c, c)...)
	}
	if c.Long != "" {
		u.section("\nDESCRIPTION:", strings.Split(strings.Trim(c.Long, "\r\n"), "\n")...)
	}
	if flags := c.LocalFlags(); flags.HasAvailableFlags() {
		u.flags("\nOPTIONS:", flags)
	}
	if flags := c.InheritedFlags(); flags.HasAvailableFlags() {
		u.flags("\nGLOBAL OPTIONS:", flags)
	}
	_, _ = io.WriteString(t, "\n")
	_ = t.Flush()
}

type usageWriter struct{ w io.Writer }

func (u *usageWriter) section(title string, lines ...string) {
	_, _ = fmt.Fprintln(u.w, title)
	for _, line := range lines {
		_, _ = fmt.Fprintf(u.w, "  %s\n", line)
	}
}

func (u *usageWriter) flags(title string, flags *pflag.FlagSet) {
	_, _ = fmt.Fprintln(u.w, title)
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && f.Deprecated == "" {
			_, _ = fmt.Fprintln(u.w, flagLine(f))
		}
	})
}

func flagLine(f *pflag.Flag) string {
	head := "      --" + f.Name
	if f.Shorthand != "" {
		head = "  -" + f.Shorthand + ", --" + f.Name
	}
	value := "=" + f.DefValue
	if f.Value.Type() == "string" {
		value = fmt.Sprintf("=%q", f.DefValue)
	}
	if f.NoOptDefVal != "" {
		value = "[" + value + "]"
	}
	return head + value + "\t" + f.Usage
}

// commandLines lists the commands below c that do something, by their names
// below top.
func commandLines(c, top *cobra.Command) (lines []string) {
	for _, sub := range c.Commands() {
		if sub.Hidden {
			continue
		}
		if sub.Runnable() {
			lines = append(lines, nameBelow(sub, top)+"\t"+sub.Short)
		}
		lines = append(lines, commandLines(sub, top)...)
	}
	return lines
}

// nameBelow is a command's path, without those above it up to top.
func nameBelow(c, top *cobra.Command) string {
	if c == top {
		return c.Name()
	}
	return strings.TrimPrefix(c.CommandPath(), top.CommandPath()+" ")
}
