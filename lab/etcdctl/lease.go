package etcdctl

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) lease() *cobra.Command {
	command := &cobra.Command{Use: "lease <subcommand>", Short: "Lease related commands"}
	command.AddCommand(c.leaseGrant(), c.leaseRevoke(), c.leaseTimeToLive(), c.leaseList(), c.leaseKeepAlive())
	return command
}

func (c *ctl) leaseGrant() *cobra.Command {
	return &cobra.Command{Use: "grant <ttl>", Short: "Creates leases", RunE: c.runLeaseGrant}
}

func (c *ctl) runLeaseGrant(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "lease grant command needs TTL argument")
	}
	ttl, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil {
		return tool.Fail(tool.ExitBadArgs, "bad TTL (%w)", err)
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	response, err := cli.LeaseGrant(ctx, &api.LeaseGrantRequest{TTL: ttl})
	if err != nil {
		return tool.Fail(tool.ExitError, "failed to grant lease (%w)", reason(ctx, err))
	}
	return c.printer.grant(response)
}

func (c *ctl) leaseRevoke() *cobra.Command {
	return &cobra.Command{Use: "revoke <leaseID>", Short: "Revokes leases", RunE: c.runLeaseRevoke}
}

func (c *ctl) runLeaseRevoke(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "lease revoke command needs 1 argument")
	}
	id, err := leaseID(args[0])
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
	response, err := cli.LeaseRevoke(ctx, &api.LeaseRevokeRequest{ID: id})
	if err != nil {
		return tool.Fail(tool.ExitError, "failed to revoke lease (%w)", reason(ctx, err))
	}
	return c.printer.revoke(id, response)
}

// leaseID reads an ID in hexadecimal.
func leaseID(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 16, 64)
	if err != nil {
		return 0, tool.Fail(tool.ExitBadArgs, "bad lease ID arg (%w), expecting ID in Hex", err)
	}
	return id, nil
}

func (c *ctl) leaseTimeToLive() *cobra.Command {
	var keys bool
	command := &cobra.Command{
		Use: "timetolive <leaseID> [options]", Short: "Get lease information",
		RunE: func(command *cobra.Command, args []string) error { return c.runLeaseTimeToLive(command, args, keys) },
	}
	command.Flags().BoolVar(&keys, "keys", false, "Get keys attached to this lease")
	return command
}

func (c *ctl) runLeaseTimeToLive(command *cobra.Command, args []string, keys bool) error {
	return c.oneLease(command, args, "timetolive", func(cli client.Client, id int64) error {
		response, err := cli.LeaseTimeToLive(c.Ctx, &api.LeaseTimeToLiveRequest{ID: id, Keys: keys})
		if err != nil {
			return &tool.Exit{Code: tool.ExitBadConnection, Err: reason(c.Ctx, err)}
		}
		return c.printer.timeToLive(response, keys)
	})
}

// oneLease is what the commands have in common that take one lease and wait as
// long as it takes.
func (c *ctl) oneLease(command *cobra.Command, args []string, name string, do func(cli client.Client, id int64) error) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "lease %s command needs lease ID as argument", name)
	}
	id, err := leaseID(args[0])
	if err != nil {
		return err
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	return do(cli, id)
}

func (c *ctl) leaseList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List all active leases", RunE: c.runLeaseList}
}

func (c *ctl) runLeaseList(command *cobra.Command, _ []string) error {
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	response, err := cli.LeaseLeases(c.Ctx, &api.LeaseLeasesRequest{})
	if err != nil {
		return &tool.Exit{Code: tool.ExitBadConnection, Err: reason(c.Ctx, err)}
	}
	return c.printer.leases(response)
}

func (c *ctl) leaseKeepAlive() *cobra.Command {
	var once bool
	command := &cobra.Command{
		Use: "keep-alive [options] <leaseID>", Short: "Keeps leases alive (renew)",
		RunE: func(command *cobra.Command, args []string) error { return c.runLeaseKeepAlive(command, args, once) },
	}
	command.Flags().BoolVar(&once, "once", false, "Resets the keep-alive time to its original value and cobrautl.Exits immediately")
	return command
}

func (c *ctl) runLeaseKeepAlive(command *cobra.Command, args []string, once bool) error {
	return c.oneLease(command, args, "keep-alive", func(cli client.Client, id int64) error {
		if once {
			return c.keepAliveOnce(cli, id)
		}
		return c.keepAlive(cli, id)
	})
}

func (c *ctl) keepAliveOnce(cli client.Client, id int64) error {
	response, err := cli.KeepAliveOnce(c.Ctx, id)
	if err != nil {
		return &tool.Exit{Code: tool.ExitBadConnection, Err: reason(c.Ctx, err)}
	}
	return c.printer.keepAlive(response)
}

// keepAlive renews a lease until it is gone.
func (c *ctl) keepAlive(cli client.Client, id int64) error {
	var failed error
	err := cli.KeepAlive(c.Ctx, id, func(r *api.LeaseKeepAliveResponse) {
		if failed == nil && c.Ctx.Err() == nil {
			failed = c.printer.keepAlive(r)
		}
	})
	if failed != nil {
		return failed
	}
	if _, simple := c.printer.(*simplePrinter); simple && err == nil {
		fmt.Fprintf(c.Stdout, "lease %016x expired or revoked.\n", id)
	}
	return err
}
