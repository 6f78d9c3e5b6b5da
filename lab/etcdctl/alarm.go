package etcdctl

import (
	"context"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

// Actions of an AlarmRequest.
const (
	alarmGet        int32 = 0
	alarmDeactivate int32 = 2
)

// alarmName is an alarm's name in the API.
func alarmName(alarm int32) string {
	switch alarm {
	case 0:
		return "NONE"
	case 1:
		return "NOSPACE"
	case 2:
		return "CORRUPT"
	}
	return "UNKNOWN"
}

func (c *ctl) alarm() *cobra.Command {
	command := &cobra.Command{Use: "alarm <subcommand>", Short: "Alarm related commands"}
	command.AddCommand(
		&cobra.Command{
			Use: "disarm", Short: "Disarms all alarms",
			RunE: func(command *cobra.Command, args []string) error { return c.runAlarm(command, args, disarm) },
		},
		&cobra.Command{
			Use: "list", Short: "Lists all alarms",
			RunE: func(command *cobra.Command, args []string) error { return c.runAlarm(command, args, alarms) },
		},
	)
	return command
}

func (c *ctl) runAlarm(command *cobra.Command, args []string, call func(context.Context, client.Client) (*api.AlarmResponse, error)) error {
	if len(args) != 0 {
		return tool.Fail(tool.ExitBadArgs, "alarm %s command accepts no arguments", command.Name())
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	response, err := call(ctx, cli)
	if err != nil {
		return failed(ctx, err)
	}
	return c.printer.alarm(response)
}

func alarms(ctx context.Context, cli client.Client) (*api.AlarmResponse, error) {
	return cli.Alarm(ctx, &api.AlarmRequest{Action: alarmGet})
}

// disarm ends every alarm, one by one, as the real client does: it asks for the
// list first. Its answer has no header.
func disarm(ctx context.Context, cli client.Client) (*api.AlarmResponse, error) {
	list, err := alarms(ctx, cli)
	if err != nil {
		return nil, err
	}
	all := &api.AlarmResponse{}
	for _, a := range list.Alarms {
		one, err := cli.Alarm(ctx, &api.AlarmRequest{Action: alarmDeactivate, MemberID: a.MemberID, Alarm: a.Alarm})
		if err != nil {
			return nil, err
		}
		all.Alarms = append(all.Alarms, one.Alarms...)
	}
	return all, nil
}
