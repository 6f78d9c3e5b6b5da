package etcdctl

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

type delOptions struct{ prefix, prevKv, fromKey, isRange bool }

func (c *ctl) del() *cobra.Command {
	command, _ := c.delCommand()
	return command
}

// delCommand makes the command, and where its flags go.
func (c *ctl) delCommand() (*cobra.Command, *delOptions) {
	o := &delOptions{}
	command := &cobra.Command{
		Use: "del [options] <key> [range_end]", Short: "Removes the specified key or range of keys [key, range_end)",
		RunE: func(command *cobra.Command, args []string) error { return c.runDel(command, args, o) },
	}
	f := command.Flags()
	f.BoolVar(&o.prefix, "prefix", false, "delete keys with matching prefix")
	f.BoolVar(&o.prevKv, "prev-kv", false, "return deleted key-value pairs")
	f.BoolVar(&o.fromKey, "from-key", false, "delete keys that are greater than or equal to the given key using byte compare")
	f.BoolVar(&o.isRange, "range", false, "delete range of keys")
	return command, o
}

func (c *ctl) runDel(command *cobra.Command, args []string, o *delOptions) error {
	request, err := o.request(args)
	if err != nil {
		return err
	}
	if len(args) > 1 && !o.isRange {
		fmt.Fprintf(c.Stderr, "Warning: Keys between %q and %q will be deleted. Please interrupt the command within next 2 seconds to cancel. "+
			"You can provide `--range` flag to avoid the delay.\n", args[0], args[1])
		if err := c.Sleep(2 * time.Second); err != nil {
			return err
		}
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	response, err := cli.DeleteRange(ctx, request)
	if err != nil {
		return failed(ctx, err)
	}
	return c.printer.del(response)
}

func (o *delOptions) request(args []string) (*api.DeleteRangeRequest, error) {
	if len(args) == 0 || len(args) > 2 {
		return nil, tool.Fail(tool.ExitBadArgs, "del command needs one argument as key and an optional argument as range_end")
	}
	if o.prefix && o.fromKey {
		return nil, tool.Fail(tool.ExitBadArgs, "`--prefix` and `--from-key` cannot be set at the same time, choose one")
	}
	if len(args) > 1 && (o.prefix || o.fromKey) {
		return nil, tool.Fail(tool.ExitBadArgs, "too many arguments, only accept one argument when `--prefix` or `--from-key` is set")
	}
	r := &api.DeleteRangeRequest{PrevKv: o.prevKv}
	r.Key, r.RangeEnd = wide([]byte(args[0]), o.prefix, o.fromKey)
	if len(args) > 1 {
		r.RangeEnd = []byte(args[1])
	}
	return r, nil
}
