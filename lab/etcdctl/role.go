package etcdctl

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) role() *cobra.Command {
	command := &cobra.Command{Use: "role <subcommand>", Short: "Role related commands"}
	command.AddCommand(
		&cobra.Command{Use: "add <role name>", Short: "Adds a new role", RunE: c.runRoleAdd},
		&cobra.Command{Use: "delete <role name>", Short: "Deletes a role", RunE: c.runRoleDelete},
		&cobra.Command{Use: "get <role name>", Short: "Gets detailed information of a role", RunE: c.runRoleGet},
		&cobra.Command{Use: "list", Short: "Lists all roles", RunE: c.runRoleList},
		c.roleGrantPermission(),
		c.roleRevokePermission(),
	)
	return command
}

func (c *ctl) runRoleAdd(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "role add command requires role name as its argument")
	}
	return c.change(command, "RoleAdd", &api.AuthRoleAddRequest{Name: args[0]}, "Role %s created", args[0])
}

func (c *ctl) runRoleDelete(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "role delete command requires role name as its argument")
	}
	return c.change(command, "RoleDelete", &api.AuthRoleDeleteRequest{Role: args[0]}, "Role %s deleted", args[0])
}

func (c *ctl) runRoleGet(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "role get command requires role name as its argument")
	}
	response := &api.AuthRoleGetResponse{}
	if err := c.ask(command, "RoleGet", &api.AuthRoleGetRequest{Role: args[0]}, response); err != nil {
		return err
	}
	return c.printer.roleGet(args[0], response)
}

func (c *ctl) runRoleList(command *cobra.Command, args []string) error {
	if len(args) != 0 {
		return tool.Fail(tool.ExitBadArgs, "role list command requires no arguments")
	}
	response := &api.AuthRoleListResponse{}
	if err := c.ask(command, "RoleList", &api.AuthRoleListRequest{}, response); err != nil {
		return err
	}
	return c.printer.roleList(response)
}

// interval is how a permission's flags change what its arguments mean.
type interval struct{ prefix, fromKey bool }

func (c *ctl) roleGrantPermission() *cobra.Command {
	i := &interval{}
	command := &cobra.Command{
		Use: "grant-permission [options] <role name> <permission type> <key> [endkey]", Short: "Grants a key to a role",
		RunE: func(command *cobra.Command, args []string) error { return c.runRoleGrantPermission(command, args, i) },
	}
	command.Flags().BoolVar(&i.prefix, "prefix", false, "grant a prefix permission")
	command.Flags().BoolVar(&i.fromKey, "from-key", false, "grant a permission of keys that are greater than or equal to the given key using byte compare")
	return command
}

var permissionTypes = map[string]int32{"READ": api.PermRead, "WRITE": api.PermWrite, "READWRITE": api.PermReadWrite}

func (c *ctl) runRoleGrantPermission(command *cobra.Command, args []string, i *interval) error {
	if len(args) < 3 {
		return tool.Fail(tool.ExitBadArgs, "role grant command requires role name, permission type, and key [endkey] as its argument")
	}
	kind, ok := permissionTypes[strings.ToUpper(args[1])]
	if !ok {
		return tool.Fail(tool.ExitBadArgs, "invalid permission type: %s", args[1])
	}
	key, end, err := i.keys(args[2:])
	if err != nil {
		return &tool.Exit{Code: tool.ExitBadArgs, Err: err}
	}
	request := &api.AuthRoleGrantPermissionRequest{Name: args[0], Perm: &api.Permission{PermType: kind, Key: key, RangeEnd: end}}
	return c.change(command, "RoleGrantPermission", request, "Role %s updated", args[0])
}

func (c *ctl) roleRevokePermission() *cobra.Command {
	i := &interval{}
	command := &cobra.Command{
		Use: "revoke-permission <role name> <key> [endkey]", Short: "Revokes a key from a role",
		RunE: func(command *cobra.Command, args []string) error { return c.runRoleRevokePermission(command, args, i) },
	}
	command.Flags().BoolVar(&i.prefix, "prefix", false, "revoke a prefix permission")
	command.Flags().BoolVar(&i.fromKey, "from-key", false, "revoke a permission of keys that are greater than or equal to the given key using byte compare")
	return command
}

func (c *ctl) runRoleRevokePermission(command *cobra.Command, args []string, i *interval) error {
	if len(args) < 2 {
		return tool.Fail(tool.ExitBadArgs, "role revoke-permission command requires role name and key [endkey] as its argument")
	}
	key, end, err := i.keys(args[1:])
	if err != nil {
		return &tool.Exit{Code: tool.ExitBadArgs, Err: err}
	}
	request := &api.AuthRoleRevokePermissionRequest{Role: args[0], Key: key, RangeEnd: end}
	switch {
	case len(end) == 0:
		return c.change(command, "RoleRevokePermission", request, "Permission of key %s is revoked from role %s", key, args[0])
	case string(end) == string(noEnd):
		return c.change(command, "RoleRevokePermission", request, "Permission of range [%s, <open ended> is revoked from role %s", key, args[0])
	}
	return c.change(command, "RoleRevokePermission", request, "Permission of range [%s, %s) is revoked from role %s", key, end, args[0])
}

// keys is the interval that arguments and flags stand for. An empty key is the
// first of all.
func (i *interval) keys(args []string) (key, end []byte, err error) {
	switch {
	case i.prefix && i.fromKey && (len(args) == 1 || args[0] == ""):
		return nil, nil, errors.New("--from-key and --prefix flags are mutually exclusive")
	case args[0] == "" && (i.prefix || i.fromKey):
		return []byte{0}, noEnd, nil
	case args[0] == "":
		return []byte{0}, nil, nil
	case len(args) == 1:
		key, end = wide([]byte(args[0]), i.prefix, i.fromKey)
		return key, end, nil
	case i.prefix:
		return nil, nil, errors.New("unexpected endkey argument with --prefix flag")
	case i.fromKey:
		return nil, nil, errors.New("unexpected endkey argument with --from-key flag")
	}
	return []byte(args[0]), []byte(args[1]), nil
}
