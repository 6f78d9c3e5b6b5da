package etcdctl

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) user() *cobra.Command {
	command := &cobra.Command{Use: "user <subcommand>", Short: "User related commands"}
	command.AddCommand(
		c.userAdd(),
		&cobra.Command{Use: "delete <user name>", Short: "Deletes a user", RunE: c.runUserDelete},
		c.userGet(),
		&cobra.Command{Use: "list", Short: "Lists all users", RunE: c.runUserList},
		c.userPasswd(),
		&cobra.Command{Use: "grant-role <user name> <role name>", Short: "Grants a role to a user", RunE: c.runUserGrantRole},
		&cobra.Command{Use: "revoke-role <user name> <role name>", Short: "Revokes a role from a user", RunE: c.runUserRevokeRole},
	)
	return command
}

// ask makes one call of the Auth service. Like all user and role commands of
// the real one it waits for ever, or until Ctrl-C.
func (c *ctl) ask(command *cobra.Command, name string, request, response any) error {
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	return c.askOf(cli, name, request, response)
}

func (c *ctl) askOf(cli client.Client, name string, request, response any) error {
	if err := cli.Auth(c.Ctx, name, request, response); err != nil {
		return failed(c.Ctx, err)
	}
	return nil
}

// change is ask for what is answered with a header; text is what -w simple
// prints then.
func (c *ctl) change(command *cobra.Command, name string, request any, text string, args ...any) error {
	response := &api.AuthResponse{}
	if err := c.ask(command, name, request, response); err != nil {
		return err
	}
	return c.printer.done(fmt.Sprintf(text, args...), response)
}

type userAddOptions struct {
	interactive, noPassword bool
	password                string
}

func (c *ctl) userAdd() *cobra.Command {
	o := &userAddOptions{}
	command := &cobra.Command{
		Use: "add <user name or user:password> [options]", Short: "Adds a new user",
		RunE: func(command *cobra.Command, args []string) error { return c.runUserAdd(command, args, o) },
	}
	f := command.Flags()
	f.BoolVar(&o.interactive, "interactive", true, "Read password from stdin instead of interactive terminal")
	f.StringVar(&o.password, "new-user-password", "", "Supply password from the command line flag")
	f.BoolVar(&o.noPassword, "no-password", false, "Create a user without password (CN based auth only)")
	return command
}

func (c *ctl) runUserAdd(command *cobra.Command, args []string, o *userAddOptions) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "user add command requires user name as its argument")
	}
	name, password, err := c.newUser(args[0], o)
	if err != nil {
		return err
	}
	request := &api.AuthUserAddRequest{Name: name, Password: password, Options: &api.UserAddOptions{NoPassword: o.noPassword}}
	return c.change(command, "UserAdd", request, "User %s created", name)
}

// newUser finds name and password in the argument, a flag, or what is typed.
func (c *ctl) newUser(arg string, o *userAddOptions) (name, password string, err error) {
	if o.noPassword || o.password != "" {
		return arg, o.password, nil
	}
	name, password, found := strings.Cut(arg, ":")
	if found && name == "" {
		return "", "", tool.Fail(tool.ExitBadArgs, "empty user name is not allowed")
	}
	if !found {
		password, err = c.newPassword(name, o.interactive)
	}
	return name, password, err
}

func (c *ctl) runUserDelete(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "user delete command requires user name as its argument")
	}
	return c.change(command, "UserDelete", &api.AuthUserDeleteRequest{Name: args[0]}, "User %s deleted", args[0])
}

func (c *ctl) userGet() *cobra.Command {
	var detail bool
	command := &cobra.Command{
		Use: "get <user name> [options]", Short: "Gets detailed information of a user",
		RunE: func(command *cobra.Command, args []string) error { return c.runUserGet(command, args, detail) },
	}
	command.Flags().BoolVar(&detail, "detail", false, "Show permissions of roles granted to the user")
	return command
}

func (c *ctl) runUserGet(command *cobra.Command, args []string, detail bool) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "user get command requires user name as its argument")
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	response := &api.AuthUserGetResponse{}
	if err := c.askOf(cli, "UserGet", &api.AuthUserGetRequest{Name: args[0]}, response); err != nil {
		return err
	}
	if detail {
		return c.userDetail(cli, args[0], response.Roles)
	}
	return c.printer.userGet(args[0], response)
}

// userDetail prints what each of a user's roles permits.
func (c *ctl) userDetail(cli client.Client, name string, roles []string) error {
	fmt.Fprintf(c.Stdout, "User: %s\n", name)
	for _, role := range roles {
		fmt.Fprintln(c.Stdout)
		response := &api.AuthRoleGetResponse{}
		if err := c.askOf(cli, "RoleGet", &api.AuthRoleGetRequest{Role: role}, response); err != nil {
			return err
		}
		if err := c.printer.roleGet(role, response); err != nil {
			return err
		}
	}
	return nil
}

func (c *ctl) runUserList(command *cobra.Command, args []string) error {
	if len(args) != 0 {
		return tool.Fail(tool.ExitBadArgs, "user list command requires no arguments")
	}
	response := &api.AuthUserListResponse{}
	if err := c.ask(command, "UserList", &api.AuthUserListRequest{}, response); err != nil {
		return err
	}
	return c.printer.userList(response)
}

func (c *ctl) userPasswd() *cobra.Command {
	var interactive bool
	command := &cobra.Command{
		Use: "passwd <user name> [options]", Short: "Changes password of user",
		RunE: func(command *cobra.Command, args []string) error { return c.runUserPasswd(command, args, interactive) },
	}
	command.Flags().BoolVar(&interactive, "interactive", true, "If true, read password from stdin instead of interactive terminal")
	return command
}

func (c *ctl) runUserPasswd(command *cobra.Command, args []string, interactive bool) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "user passwd command requires user name as its argument")
	}
	password, err := c.newPassword(args[0], interactive)
	if err != nil {
		return err
	}
	return c.change(command, "UserChangePassword", &api.AuthUserChangePasswordRequest{Name: args[0], Password: password}, "Password updated")
}

func (c *ctl) runUserGrantRole(command *cobra.Command, args []string) error {
	if len(args) != 2 {
		return tool.Fail(tool.ExitBadArgs, "user grant command requires user name and role name as its argument")
	}
	request := &api.AuthUserGrantRoleRequest{User: args[0], Role: args[1]}
	return c.change(command, "UserGrantRole", request, "Role %s is granted to user %s", args[1], args[0])
}

func (c *ctl) runUserRevokeRole(command *cobra.Command, args []string) error {
	if len(args) != 2 {
		return tool.Fail(tool.ExitBadArgs, "user revoke-role requires user name and role name as its argument")
	}
	request := &api.AuthUserRevokeRoleRequest{Name: args[0], Role: args[1]}
	return c.change(command, "UserRevokeRole", request, "Role %s is revoked from user %s", args[1], args[0])
}
