package etcdctl

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) memberUpdate() *cobra.Command {
	var peerURLs string
	command := &cobra.Command{
		Use: "update <memberID> [options]", Short: "Updates a member in the cluster",
		RunE: func(command *cobra.Command, args []string) error { return c.runMemberUpdate(command, args, peerURLs) },
	}
	command.Flags().StringVar(&peerURLs, "peer-urls", "", "comma separated peer URLs for the updated member.")
	return command
}

func (c *ctl) runMemberUpdate(command *cobra.Command, args []string, peerURLs string) error {
	id, err := memberID(args)
	if err != nil {
		return err
	}
	if peerURLs == "" {
		return tool.Fail(tool.ExitBadArgs, "member peer urls not provided")
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	response, err := cli.MemberUpdate(ctx, &api.MemberUpdateRequest{ID: id, PeerURLs: strings.Split(peerURLs, ",")})
	if err != nil {
		return failed(ctx, err)
	}
	return c.printer.memberUpdate(id, response)
}

func (p *simplePrinter) memberUpdate(id uint64, r *api.MemberUpdateResponse) error {
	fmt.Fprintln(p.out, changed(id, r.Header.ClusterID, "updated in"))
	return nil
}
