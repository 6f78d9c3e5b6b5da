package etcdctl

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/bootstrap"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) memberAdd() *cobra.Command {
	var peerURLs string
	var learner bool
	command := &cobra.Command{
		Use: "add <memberName> [options]", Short: "Adds a member into the cluster",
		RunE: func(command *cobra.Command, args []string) error {
			return c.runMemberAdd(command, args, peerURLs, learner)
		},
	}
	command.Flags().StringVar(&peerURLs, "peer-urls", "", "comma separated peer URLs for the new member.")
	command.Flags().BoolVar(&learner, "learner", false, "indicates if the new member is raft learner")
	return command
}

func (c *ctl) runMemberAdd(command *cobra.Command, args []string, peerURLs string, learner bool) error {
	if err := checkMemberAdd(args, peerURLs); err != nil {
		return err
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	given := strings.Split(peerURLs, ",")
	urls, err := bootstrap.URLs(given)
	if err != nil {
		return tool.Fail(tool.ExitError, "%w", err)
	}
	ctx, cancel := c.timeout(command)
	defer cancel()
	response, err := cli.MemberAdd(ctx, &api.MemberAddRequest{PeerURLs: urls, IsLearner: learner})
	if err != nil {
		return failed(ctx, err)
	}
	if err := c.printer.memberAdd(response); err != nil {
		return err
	}
	if format, _ := command.Flags().GetString("write-out"); format == "simple" {
		fmt.Fprint(c.Stdout, joining(args[0], response, given))
	}
	return nil
}

func checkMemberAdd(args []string, peerURLs string) error {
	switch {
	case len(args) < 1:
		return tool.Fail(tool.ExitBadArgs, "member name not provided")
	case len(args) > 1 && strings.Contains(args[1], "http"):
		return tool.Fail(tool.ExitBadArgs, "too many arguments, did you mean --peer-urls=%s", args[1])
	case len(args) > 1:
		return tool.Fail(tool.ExitBadArgs, "too many arguments")
	case peerURLs == "":
		return tool.Fail(tool.ExitBadArgs, "member peer urls not provided")
	}
	return nil
}

// joining is the environment that the new member wants to be started with. The
// others' names are those they have published.
func joining(name string, r *api.MemberAddResponse, urls []string) string {
	var cluster []string
	for _, m := range r.Members {
		of := m.Name
		if m.ID == r.Member.ID {
			of = name
		}
		for _, u := range m.PeerURLs {
			cluster = append(cluster, of+"="+u)
		}
	}
	return fmt.Sprintf("\nETCD_NAME=%q\nETCD_INITIAL_CLUSTER=%q\nETCD_INITIAL_ADVERTISE_PEER_URLS=%q\nETCD_INITIAL_CLUSTER_STATE=\"existing\"\n",
		name, strings.Join(cluster, ","), strings.Join(urls, ","))
}

func (p *simplePrinter) memberAdd(r *api.MemberAddResponse) error {
	how := "added to"
	if r.Member.IsLearner {
		how = "added as learner to"
	}
	fmt.Fprintln(p.out, changed(r.Member.ID, r.Header.ClusterID, how))
	return nil
}
