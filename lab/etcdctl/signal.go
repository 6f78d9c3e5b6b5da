package etcdctl

import (
	"context"
	"fmt"
	"time"

	"quorumlab/lab/internal/tool"
)

// farewell bounds what a command does after Ctrl-C.
const farewell = 5 * time.Second

// catch makes Ctrl-C the command's own matter: it is told by the process's
// context, and has farewell to end. The context that it gives lasts as long.
func (c *ctl) catch() (last context.Context, done func()) {
	c.caught = true
	last, cancel := context.WithCancel(context.WithoutCancel(c.Ctx))
	stop := context.AfterFunc(c.Ctx, func() { time.AfterFunc(farewell, cancel) })
	return last, func() {
		stop()
		cancel()
	}
}

// caughtReason is why a command ended that catches signals, of which every one
// cancels what it does.
func (c *ctl) caughtReason(err error) error {
	if c.Ctx.Err() != nil {
		return context.Canceled
	}
	return reason(c.Ctx, err)
}

// caughtExit is the exit code of a command that catches Ctrl-C.
func (c *ctl) caughtExit(err error) int {
	if err == nil {
		return tool.ExitSuccess
	}
	exit, ok := tool.AsExit(err)
	if !ok {
		exit = &tool.Exit{Code: tool.ExitError, Err: err}
	}
	if exit.Err != nil {
		fmt.Fprintln(c.Stderr, "Error:", exit.Err)
	}
	return exit.Code
}
