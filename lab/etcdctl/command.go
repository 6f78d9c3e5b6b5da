// Package etcdctl is etcd's command line client, held to the real one (v3.6)
// line by line: texts, formats, warnings on stderr, exit codes and ETCDCTL_*
// variables. It speaks through lab/client and waits in virtual time.
package etcdctl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"quorumlab/lab/client"
	"quorumlab/lab/event"
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/shell"
)

// Saved hears of a snapshot file that was written: a `file` event with path,
// bytes, revision, keys and hash, and the id of the member it came from.
type Saved func(e event.Event, member uint64)

// Command makes the etcdctl command of a world whose members dial reaches.
// saved may be nil. Each invocation builds a command tree of its own, so
// commands may run at the same time.
func Command(dial client.Dialer, saved Saved) shell.Command {
	return func(p *shell.Process) int { return Run(tool.Of(p), dial, saved) }
}

// Run runs etcdctl once and gives its exit code. It returns soon after p.Ctx is
// cancelled, with 130 and without another word, as a process that Ctrl-C kills.
func Run(p *tool.Process, dial client.Dialer, saved Saved) int {
	c := &ctl{Process: p, dial: dial, saved: saved}
	root := c.root()
	tool.Quiet(root, p)
	return c.finish(root.ExecuteContextC(p.Ctx))
}

// ctl is one invocation.
type ctl struct {
	*tool.Process
	dial    client.Dialer
	saved   Saved
	printer printer

	name, password string // of the user whose calls these are

	logging sync.Mutex // log lines of calls that run side by side
	caught  bool       // Ctrl-C does not end the command: it ends itself then
}

// finish turns how a command ended into an exit code and prints what the real
// one prints then.
func (c *ctl) finish(command *cobra.Command, err error) int {
	if c.caught {
		return c.caughtExit(err)
	}
	if c.Ctx.Err() != nil {
		return tool.ExitSignal
	}
	if err == nil {
		return tool.ExitSuccess
	}
	if exit, ok := tool.AsExit(err); ok {
		return c.Code(exit)
	}
	fmt.Fprintln(c.Stderr, "Error:", err)
	var misuse *tool.Misuse
	if errors.As(err, &misuse) {
		usage(c.Stdout, misuse.Command)
		fmt.Fprintln(c.Stderr)
		return tool.ExitError
	}
	if strings.HasPrefix(err.Error(), "unknown command ") {
		fmt.Fprintf(c.Stderr, "Run '%s --help' for usage.\n", command.CommandPath())
		return tool.ExitError
	}
	usage(c.Stdout, command)
	fmt.Fprintln(c.Stderr)
	return tool.ExitError
}

// timeout gives a call the time that --command-timeout allows.
func (c *ctl) timeout(command *cobra.Command) (context.Context, context.CancelFunc) {
	d, _ := command.Flags().GetDuration("command-timeout")
	return context.WithTimeout(c.Ctx, d)
}

// failed ends a command whose call failed: the real client shows a server's own
// text, or the context's, or the whole status.
func failed(ctx context.Context, err error) error {
	return &tool.Exit{Code: tool.ExitError, Err: reason(ctx, err)}
}

// refusedWith tells whether a server refused with this text.
func refusedWith(err error, text string) bool {
	var status *client.Error
	return errors.As(err, &status) && status.Desc == text
}

func reason(ctx context.Context, err error) error {
	var status *client.Error
	if !errors.As(err, &status) {
		return err
	}
	switch {
	case strings.HasPrefix(status.Desc, "etcdserver: "), strings.HasPrefix(status.Desc, "etcdclient: "):
		return errors.New(status.Desc)
	case status.Code == client.DeadlineExceeded || status.Code == client.Canceled:
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return err
}
