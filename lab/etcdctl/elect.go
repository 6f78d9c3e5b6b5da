package etcdctl

import (
	"errors"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/concurrency"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) elect() *cobra.Command {
	var listen bool
	command := &cobra.Command{
		Use: "elect <election-name> [proposal]", Short: "Observes and participates in leader election",
		RunE: func(command *cobra.Command, args []string) error { return c.runElect(command, args, listen) },
	}
	command.Flags().BoolVarP(&listen, "listen", "l", false, "observation mode")
	return command
}

func (c *ctl) runElect(command *cobra.Command, args []string, listen bool) error {
	switch {
	case len(args) != 1 && len(args) != 2:
		return tool.Fail(tool.ExitBadArgs, "elect takes one election name argument and an optional proposal argument")
	case len(args) == 1 && !listen:
		return tool.Fail(tool.ExitBadArgs, "no proposal argument but -l not set")
	case len(args) == 2 && listen:
		return tool.Fail(tool.ExitBadArgs, "proposal given but -l is set")
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	s, err := concurrency.NewSession(c.Ctx, cli, concurrency.TTL)
	if err == nil {
		defer s.Orphan()
		if listen {
			err = c.observe(s, args[0])
		} else {
			err = c.campaign(cli, s, args[0], args[1])
		}
	}
	if _, ok := tool.AsExit(err); ok || err == nil {
		return err
	}
	return &tool.Exit{Code: tool.ExitError, Err: c.caughtReason(err)}
}

// observe shows who is elected until Ctrl-C.
func (c *ctl) observe(s *concurrency.Session, name string) error {
	_, done := c.catch()
	defer done()
	var failed error
	_ = concurrency.NewElection(s, name).Observe(c.Ctx, func(r *api.RangeResponse) {
		if failed == nil && c.Ctx.Err() == nil {
			failed = c.printer.get(r)
		}
	})
	if failed == nil && c.Ctx.Err() == nil {
		failed = errors.New("elect: observer lost")
	}
	return failed
}

// campaign runs for the office, and holds it until Ctrl-C.
func (c *ctl) campaign(cli client.Client, s *concurrency.Session, name, proposal string) error {
	last, done := c.catch()
	defer done()
	e := concurrency.NewElection(s, name)
	if err := e.Campaign(c.Ctx, last, proposal); err != nil {
		return err
	}
	response, err := cli.Range(c.Ctx, &api.RangeRequest{Key: []byte(e.Key())})
	if err != nil {
		return err
	}
	if err := c.printer.get(response); err != nil {
		return err
	}
	select {
	case <-c.Ctx.Done():
		return e.Resign(last)
	case <-s.Done():
	}
	return errors.New("elect: session expired")
}
