package etcdctl

import (
	"fmt"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
)

func (c *ctl) memberRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove <memberID>", Short: "Removes a member from the cluster",
		RunE: c.runMemberRemove,
	}
}

func (c *ctl) runMemberRemove(command *cobra.Command, args []string) error {
	id, err := memberID(args)
	if err != nil {
		return err
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	response, err := cli.MemberRemove(ctx, &api.MemberRemoveRequest{ID: id})
	if err != nil {
		return failed(ctx, err)
	}
	return c.printer.memberRemove(id, response)
}

func (p *simplePrinter) memberRemove(id uint64, r *api.MemberRemoveResponse) error {
	fmt.Fprintln(p.out, changed(id, r.Header.ClusterID, "removed from"))
	return nil
}
