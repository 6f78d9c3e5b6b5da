package etcdctl

import (
	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) memberList() *cobra.Command {
	var consistency string
	command := &cobra.Command{
		Use: "list", Short: "Lists all members in the cluster",
		Long: `When --write-out is set to simple, this command prints out comma-separated member lists for each endpoint.
The items in the lists are ID, Status, Name, Peer Addrs, Client Addrs, Is Learner.
`,
		RunE: func(command *cobra.Command, _ []string) error { return c.runMemberList(command, consistency) },
	}
	command.Flags().StringVar(&consistency, "consistency", "l", "Linearizable(l) or Serializable(s)")
	return command
}

func (c *ctl) runMemberList(command *cobra.Command, consistency string) error {
	stale, err := serializable(consistency)
	if err != nil { // the real one names the default, whatever was given
		return tool.Fail(tool.ExitBadFeature, `unknown consistency flag "l"`)
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	response, err := cli.MemberList(ctx, &api.MemberListRequest{Linearizable: !stale})
	if err != nil {
		return failed(ctx, err)
	}
	return c.printer.memberList(response)
}
