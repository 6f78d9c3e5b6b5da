package etcdctl

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) endpoint() *cobra.Command {
	command := &cobra.Command{Use: "endpoint <subcommand>", Short: "Endpoint related commands"}
	command.PersistentFlags().Bool("cluster", false, "use all endpoints from the cluster member list")
	command.AddCommand(
		&cobra.Command{
			Use: "health", Short: "Checks the healthiness of endpoints specified in `--endpoints` flag",
			RunE: c.runHealth,
		},
		&cobra.Command{
			Use: "status", Short: "Prints out the status of endpoints specified in `--endpoints` flag",
			Long: `When --write-out is set to simple, this command prints out comma-separated status lists for each endpoint.
The items in the lists are endpoint, ID, version, db size, is leader, is learner, raft term, raft index, raft applied index, errors.
`,
			RunE: c.runStatus,
		},
		c.hashKV(),
	)
	return command
}

// targets is --endpoints, or with --cluster every member's client URLs.
func (c *ctl) targets(command *cobra.Command) ([]string, error) {
	endpoints := endpointsOf(command)
	if all, _ := command.Flags().GetBool("cluster"); !all {
		return endpoints, nil
	}
	if len(endpoints) == 0 {
		return nil, tool.Fail(tool.ExitError, "etcdclient: no available endpoints")
	}
	cli, err := c.client(command, endpoints, "etcd-client")
	if err != nil {
		return nil, err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	list, err := cli.MemberList(ctx, &api.MemberListRequest{Linearizable: true})
	if err != nil {
		return nil, tool.Fail(tool.ExitError, "failed to fetch endpoints from etcd cluster member list: %w", reason(ctx, err))
	}
	endpoints = nil
	for _, m := range list.Members {
		endpoints = append(endpoints, m.ClientURLs...)
	}
	return endpoints, nil
}

// each calls ask for one endpoint after the other, each with a client and a
// timeout of its own, and tells which failed. It gives the last failure.
func (c *ctl) each(command *cobra.Command, what string, ask func(ctx context.Context, endpoint string, cli client.Client) error) (last, err error) {
	if err := c.prepare(command); err != nil {
		return nil, err
	}
	endpoints, err := c.targets(command)
	if err != nil {
		return nil, err
	}
	for _, endpoint := range endpoints {
		if err := c.one(command, endpoint, ask); err != nil {
			if c.Ctx.Err() != nil {
				return nil, c.Ctx.Err()
			}
			if exit, is := tool.AsExit(err); is {
				return nil, exit // no token: the real one goes no further
			}
			last = err
			fmt.Fprintf(c.Stderr, "Failed to get the %s of endpoint %s (%v)\n", what, endpoint, err)
		}
	}
	return last, nil
}

func (c *ctl) one(command *cobra.Command, endpoint string, ask func(context.Context, string, client.Client) error) error {
	cli, err := c.client(command, []string{endpoint}, "etcd-client")
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	if err := ask(ctx, endpoint, cli); err != nil {
		return reason(ctx, err)
	}
	return nil
}

// endpointStatus is one answer as `-w json` shows it.
type endpointStatus struct {
	Endpoint string
	Status   *api.StatusResponse
}

func (c *ctl) runStatus(command *cobra.Command, _ []string) error {
	list := []endpointStatus{}
	last, err := c.each(command, "status", func(ctx context.Context, endpoint string, cli client.Client) error {
		status, err := cli.Status(ctx, &api.StatusRequest{})
		if err == nil {
			list = append(list, endpointStatus{endpoint, status})
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := c.printer.status(list); err != nil || last == nil {
		return err
	}
	return &tool.Exit{Code: tool.ExitError}
}

// endpointHash is one answer as `-w json` shows it.
type endpointHash struct {
	Endpoint string
	HashKV   *api.HashKVResponse
}

func (c *ctl) hashKV() *cobra.Command {
	var rev int64
	command := &cobra.Command{
		Use: "hashkv", Short: "Prints the KV history hash for each endpoint in --endpoints",
		RunE: func(command *cobra.Command, _ []string) error { return c.runHashKV(command, rev) },
	}
	command.Flags().Int64Var(&rev, "rev", 0, "maximum revision to hash (default: all revisions)")
	return command
}

func (c *ctl) runHashKV(command *cobra.Command, rev int64) error {
	list := []endpointHash{}
	last, err := c.each(command, "hash", func(ctx context.Context, endpoint string, cli client.Client) error {
		hash, err := cli.HashKV(ctx, &api.HashKVRequest{Revision: rev})
		if err == nil {
			list = append(list, endpointHash{endpoint, hash})
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := c.printer.hashKV(list); err != nil || last == nil {
		return err
	}
	return &tool.Exit{Code: tool.ExitError, Err: last}
}
