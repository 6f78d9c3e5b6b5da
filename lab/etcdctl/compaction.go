package etcdctl

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) compaction() *cobra.Command {
	var physical bool
	command := &cobra.Command{
		Use: "compaction [options] <revision>", Short: "Compacts the event history in etcd",
		RunE: func(command *cobra.Command, args []string) error { return c.runCompaction(command, args, physical) },
	}
	command.Flags().BoolVar(&physical, "physical", false, "'true' to wait for compaction to physically remove all old revisions")
	return command
}

func (c *ctl) runCompaction(command *cobra.Command, args []string, physical bool) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "compaction command needs 1 argument")
	}
	rev, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil {
		return &tool.Exit{Code: tool.ExitError, Err: err}
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	if _, err := cli.Compact(ctx, &api.CompactionRequest{Revision: rev, Physical: physical}); err != nil {
		return failed(ctx, err)
	}
	fmt.Fprintln(c.Stdout, "compacted revision", rev)
	return nil
}
