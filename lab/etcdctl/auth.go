package etcdctl

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) auth() *cobra.Command {
	command := &cobra.Command{Use: "auth <enable or disable>", Short: "Enable or disable authentication"}
	command.AddCommand(
		&cobra.Command{Use: "enable", Short: "Enables authentication", RunE: c.runAuthEnable},
		&cobra.Command{Use: "disable", Short: "Disables authentication", RunE: c.runAuthDisable},
		&cobra.Command{Use: "status", Short: "Returns authentication status", RunE: c.runAuthStatus},
	)
	return command
}

// withAuth calls the Auth service in the time that --command-timeout allows.
func (c *ctl) withAuth(command *cobra.Command, args []string, call func(context.Context, client.Client) error) error {
	if len(args) != 0 {
		return tool.Fail(tool.ExitBadArgs, "auth %s command does not accept any arguments", command.Name())
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	if err := call(ctx, cli); err != nil {
		return failed(ctx, err)
	}
	return nil
}

func (c *ctl) runAuthEnable(command *cobra.Command, args []string) error {
	err := c.withAuth(command, args, enableAuth)
	if err == nil {
		fmt.Fprintln(c.Stdout, "Authentication Enabled")
	}
	return err
}

// enableAuth makes the role root and grants it to the user root if that is all
// that is missing, as the real client does.
func enableAuth(ctx context.Context, cli client.Client) error {
	enable := func() error { return cli.Auth(ctx, "AuthEnable", &api.AuthEnableRequest{}, &api.AuthResponse{}) }
	err := enable()
	if !refusedWith(err, "etcdserver: root user does not have root role") {
		return err
	}
	err = cli.Auth(ctx, "RoleAdd", &api.AuthRoleAddRequest{Name: "root"}, &api.AuthResponse{})
	if err != nil && !refusedWith(err, "etcdserver: role name already exists") {
		return err
	}
	err = cli.Auth(ctx, "UserGrantRole", &api.AuthUserGrantRoleRequest{User: "root", Role: "root"}, &api.AuthResponse{})
	if err != nil {
		return err
	}
	return enable()
}

func (c *ctl) runAuthDisable(command *cobra.Command, args []string) error {
	err := c.withAuth(command, args, func(ctx context.Context, cli client.Client) error {
		return cli.Auth(ctx, "AuthDisable", &api.AuthDisableRequest{}, &api.AuthResponse{})
	})
	if err == nil {
		fmt.Fprintln(c.Stdout, "Authentication Disabled")
	}
	return err
}

func (c *ctl) runAuthStatus(command *cobra.Command, args []string) error {
	response := &api.AuthStatusResponse{}
	err := c.withAuth(command, args, func(ctx context.Context, cli client.Client) error {
		return cli.Auth(ctx, "AuthStatus", &api.AuthStatusRequest{}, response)
	})
	if err != nil {
		return err
	}
	return c.printer.authStatus(response)
}
