package etcdctl

import (
	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) downgrade() *cobra.Command {
	command := &cobra.Command{Use: "downgrade <TARGET_VERSION>", Short: "Downgrade related commands"}
	command.AddCommand(
		&cobra.Command{
			Use: "validate <TARGET_VERSION>", Short: "Validate downgrade capability before starting downgrade",
			RunE: func(command *cobra.Command, args []string) error {
				return c.runDowngradeTo(command, args, api.DowngradeValidate)
			},
		},
		&cobra.Command{
			Use: "enable <TARGET_VERSION>", Short: "Start a downgrade action to cluster",
			RunE: func(command *cobra.Command, args []string) error {
				return c.runDowngradeTo(command, args, api.DowngradeEnable)
			},
		},
		&cobra.Command{
			Use: "cancel", Short: "Cancel the ongoing downgrade action to cluster",
			RunE: func(command *cobra.Command, _ []string) error {
				return c.runDowngrade(command, &api.DowngradeRequest{Action: api.DowngradeCancel})
			},
		},
	)
	return command
}

func (c *ctl) runDowngradeTo(command *cobra.Command, args []string, action int32) error {
	if len(args) < 1 {
		return tool.Fail(tool.ExitBadArgs, "TARGET_VERSION not provided")
	}
	if len(args) > 1 {
		return tool.Fail(tool.ExitBadArgs, "too many arguments")
	}
	if args[0] == "" {
		return tool.Fail(tool.ExitBadArgs, "target version not provided")
	}
	return c.runDowngrade(command, &api.DowngradeRequest{Action: action, Version: args[0]})
}

func (c *ctl) runDowngrade(command *cobra.Command, request *api.DowngradeRequest) error {
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	response, err := cli.Downgrade(ctx, request)
	if err != nil {
		return failed(ctx, err)
	}
	return c.printer.downgrade(command.Name(), response)
}
