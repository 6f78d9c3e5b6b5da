// Package tool holds what etcdctl and etcdutl have in common: how a process
// sees its world, how it ends, and the forms of its log lines and tables.
package tool

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/spf13/cobra"

	"quorumlab/lab/files"
	"quorumlab/lab/shell"
)

// The versions that the tools report.
const (
	Version    = "3.6.16"
	APIVersion = "3.6"
)

// Exit codes, as etcd's own (pkg/cobrautl).
const (
	ExitSuccess       = 0
	ExitError         = 1
	ExitBadConnection = 2
	ExitInvalidInput  = 3
	ExitBadFeature    = 4
	ExitInterrupted   = 5
	ExitBadArgs       = 128
	ExitSignal        = 130 // Ctrl-C, as a shell shows it
)

// Both tools accept any unambiguous prefix of a command's name.
func init() { cobra.EnablePrefixMatching = true }

// Process is what a tool sees of its world.
type Process struct {
	Ctx            context.Context // cancelled by Ctrl-C
	Args           []string        // without the tool's name
	Environ        []string        // NAME=VALUE, sorted
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Terminal       bool // they are a terminal
	Files          *files.FS
	Path           func(string) string // makes a name absolute
	Now            func() time.Time

	// HideTyping, if set, says whether what is typed is not to be shown.
	HideTyping func(hidden bool)

	// Exec runs another command with this one's output; env is added to the
	// environment.
	Exec func(env, args []string) (code int, err error)
}

// Of gives a shell's process in this form.
func Of(p *shell.Process) *Process {
	return &Process{
		Ctx: p.Ctx, Args: p.Args[1:], Environ: p.Environ(),
		Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, Terminal: p.Terminal,
		Files: p.FS, Path: p.Path, Now: p.Now, Exec: p.Exec, HideTyping: p.HideTyping,
	}
}

// Sleep waits in virtual time, or until Ctrl-C.
func (p *Process) Sleep(d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-p.Ctx.Done():
		return p.Ctx.Err()
	}
}

// Exit ends a tool with a code; a nil Err prints nothing.
type Exit struct {
	Code int
	Err  error
}

func (e *Exit) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap gives the reason.
func (e *Exit) Unwrap() error { return e.Err }

// Fail is an Exit with a text.
func Fail(code int, format string, args ...any) error {
	return &Exit{code, fmt.Errorf(format, args...)}
}

// Misuse marks an error of the command line, after which cobra's programs print
// a command's usage.
type Misuse struct {
	Command *cobra.Command
	Err     error
}

func (m *Misuse) Error() string { return m.Err.Error() }

// Quiet makes a fresh root print nothing of its own accord, and never to the
// process's own streams: Run's errors come back to the caller, flags that do
// not parse as *Misuse.
func Quiet(root *cobra.Command, p *Process) {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetArgs(append([]string{}, p.Args...))
	root.SetIn(p.Stdin)
	root.SetOut(p.Stderr)
	root.SetErr(p.Stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return &Misuse{c, err} })
}

// Code gives the code of an *Exit, after printing its reason; a process that
// Ctrl-C ended prints nothing.
func (p *Process) Code(exit *Exit) int {
	if p.Ctx.Err() != nil {
		return ExitSignal
	}
	if exit.Err != nil {
		fmt.Fprintln(p.Stderr, "Error:", exit.Err)
	}
	return exit.Code
}

// AsExit finds the *Exit in an error.
func AsExit(err error) (*Exit, bool) {
	var exit *Exit
	return exit, errors.As(err, &exit)
}

// Table draws rows as etcd's -w table does.
func Table(w io.Writer, header []string, rows [][]string) {
	t := tablewriter.NewWriter(w)
	t.SetHeader(header)
	for _, row := range rows {
		t.Append(row)
	}
	t.SetAlignment(tablewriter.ALIGN_RIGHT)
	t.Render()
}

// Lines prints rows as -w simple does.
func Lines(w io.Writer, rows [][]string) {
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, ", "))
	}
}

// Pointer is the address that a log line of a real process would show: made of
// what it stands for, so that it is the same in each run.
func Pointer(of string, at time.Time) string {
	h := fnv.New64a()
	fmt.Fprint(h, of, at.UnixNano())
	return fmt.Sprintf("0x%x", 0x1_0000_0000_00|h.Sum64()&0x3fff_ffff_fff0)
}
