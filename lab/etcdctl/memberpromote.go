package etcdctl

import (
	"fmt"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
)

func (c *ctl) memberPromote() *cobra.Command {
	return &cobra.Command{
		Use: "promote <memberID>", Short: "Promotes a non-voting member in the cluster",
		Long: "Promotes a non-voting learner member to a voting one in the cluster.\n",
		RunE: c.runMemberPromote,
	}
}

func (c *ctl) runMemberPromote(command *cobra.Command, args []string) error {
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
	response, err := cli.MemberPromote(ctx, &api.MemberPromoteRequest{ID: id})
	if err != nil {
		return failed(ctx, err)
	}
	return c.printer.memberPromote(id, response)
}

func (p *simplePrinter) memberPromote(id uint64, r *api.MemberPromoteResponse) error {
	fmt.Fprintln(p.out, changed(id, r.Header.ClusterID, "promoted in"))
	return nil
}
