// Package reference writes the pages of commands that the site hands out, out
// of the commands themselves. Tests of the tools use it; nothing of it is in
// lab.wasm.
package reference

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Page is one generated page: its front matter, a paragraph, and the commands.
type Page struct {
	Title, Summary string
	Intro          string
	Body           string
}

func (p Page) text() string {
	const generated = "# Generated from the command itself: UPDATE_REFERENCE=1 go test ./lab/... makes it anew."
	return fmt.Sprintf("---\n%s\ntitle: %q\nsummary: %q\n---\n\n%s\n\n%s\n", generated, p.Title, p.Summary, p.Intro, strings.TrimSpace(p.Body))
}

// Check compares a file with what is generated now. With UPDATE_REFERENCE=1 it
// writes it.
func Check(t *testing.T, file string, page Page) {
	t.Helper()
	if os.Getenv("UPDATE_REFERENCE") != "" {
		if err := os.WriteFile(file, []byte(page.text()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != page.text() {
		t.Errorf("%s is not what the command says of itself: UPDATE_REFERENCE=1 go test ./lab/... makes it anew", file)
	}
}

// Commands describes every command below root that does something, and the
// flags that all of them take.
func Commands(root *cobra.Command) string {
	var b strings.Builder
	for _, c := range root.Commands() {
		if !c.Hidden && c.Name() != "help" {
			fmt.Fprintf(&b, "## %s\n\n", c.Name())
			command(&b, c)
		}
	}
	if flags := root.PersistentFlags(); flags.HasAvailableFlags() {
		b.WriteString("## For every command\n\n")
		table(&b, flags)
	}
	return b.String()
}

func command(b *strings.Builder, c *cobra.Command) {
	if c.Runnable() {
		fmt.Fprintf(b, "`%s`: %s\n\n", strings.TrimSuffix(c.UseLine(), " [flags]"), sentence(c.Short))
		if flags := c.NonInheritedFlags(); hasFlags(flags) {
			table(b, flags)
		}
	}
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			command(b, sub)
		}
	}
}

func sentence(s string) string { return strings.TrimSuffix(s, ".") + "." }

func hasFlags(flags *pflag.FlagSet) (has bool) {
	flags.VisitAll(func(f *pflag.Flag) { has = has || shown(f) })
	return has
}

func shown(f *pflag.Flag) bool { return !f.Hidden && f.Deprecated == "" && f.Name != "help" }

func table(b *strings.Builder, flags *pflag.FlagSet) {
	b.WriteString("| flag | default | what it does |\n| --- | --- | --- |\n")
	flags.VisitAll(func(f *pflag.Flag) {
		if !shown(f) {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", name, value(f), Cell(f.Usage))
	})
	b.WriteString("\n")
}

func value(f *pflag.Flag) string {
	if f.DefValue == "" || f.DefValue == "[]" {
		return ""
	}
	return "`" + f.DefValue + "`"
}

// Cell makes a text fit for a cell of a table.
func Cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(s)
}
