package etcdctl

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) defrag() *cobra.Command {
	command := &cobra.Command{
		Use: "defrag", Short: "Defragments the storage of the etcd members with given endpoints",
		RunE: c.runDefrag,
	}
	command.PersistentFlags().Bool("cluster", false, "use all endpoints from the cluster member list")
	return command
}

// runDefrag asks one endpoint after the other; one that fails does not keep it
// from the next.
func (c *ctl) runDefrag(command *cobra.Command, _ []string) error {
	if err := c.prepare(command); err != nil {
		return err
	}
	endpoints, err := c.targets(command)
	if err != nil {
		return err
	}
	ok := true
	for _, endpoint := range endpoints {
		start := c.Now()
		err := c.one(command, endpoint, func(ctx context.Context, _ string, cli client.Client) error {
			_, err := cli.Defragment(ctx, &api.DefragmentRequest{})
			return err
		})
		took := c.Now().Sub(start)
		if exit, is := tool.AsExit(err); is {
			return exit
		}
		if c.Ctx.Err() != nil {
			return c.Ctx.Err()
		}
		if err != nil {
			fmt.Fprintf(c.Stderr, "Failed to defragment etcd member[%s]. took %s. (%v)\n", endpoint, took, err)
			ok = false
		} else {
			fmt.Fprintf(c.Stdout, "Finished defragmenting etcd member[%s]. took %s\n", endpoint, took)
		}
	}
	if !ok {
		return &tool.Exit{Code: tool.ExitError}
	}
	return nil
}
