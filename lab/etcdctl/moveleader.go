package etcdctl

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) moveLeader() *cobra.Command {
	return &cobra.Command{
		Use: "move-leader <transferee-member-id>", Short: "Transfers leadership to another etcd cluster member.",
		RunE: c.runMoveLeader,
	}
}

func (c *ctl) runMoveLeader(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "move-leader command needs 1 argument")
	}
	target, err := strconv.ParseUint(args[0], 16, 64)
	if err != nil {
		return tool.Fail(tool.ExitBadArgs, "%w", err)
	}
	if err := c.prepare(command); err != nil {
		return err
	}
	ctx, cancel := c.timeout(command)
	defer cancel()
	cli, leader, err := c.leaderAmong(ctx, command)
	if err != nil {
		return err
	}
	defer cli.Close()
	response, err := cli.MoveLeader(ctx, &api.MoveLeaderRequest{TargetID: target})
	if err != nil {
		return failed(ctx, err)
	}
	return c.printer.moveLeader(leader, target, response)
}

// leaderAmong asks the endpoints one after the other whether they lead. The
// first that does not answer ends the search.
func (c *ctl) leaderAmong(ctx context.Context, command *cobra.Command) (client.Client, uint64, error) {
	endpoints := endpointsOf(command)
	for _, endpoint := range endpoints {
		cli, err := c.client(command, []string{endpoint}, "etcd-client")
		if err != nil {
			return nil, 0, err
		}
		status, err := cli.Status(ctx, &api.StatusRequest{})
		if err == nil && status.Leader == status.Header.MemberID {
			return cli, status.Leader, nil
		}
		cli.Close()
		if err != nil {
			return nil, 0, failed(ctx, err)
		}
	}
	return nil, 0, tool.Fail(tool.ExitBadArgs, "no leader endpoint given at %v", endpoints)
}

func (p *simplePrinter) moveLeader(leader, target uint64, _ *api.MoveLeaderResponse) error {
	fmt.Fprintf(p.out, "Leadership transferred from %x to %x\n", leader, target)
	return nil
}
