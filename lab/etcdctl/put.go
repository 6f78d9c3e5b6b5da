package etcdctl

import (
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

type putOptions struct {
	lease                            string
	prevKv, ignoreValue, ignoreLease bool
}

func (c *ctl) put() *cobra.Command {
	command, _ := c.putCommand()
	return command
}

// putCommand makes the command, and where its flags go.
func (c *ctl) putCommand() (*cobra.Command, *putOptions) {
	o := &putOptions{}
	command := &cobra.Command{
		Use:   "put [options] <key> <value> (<value> can also be given from stdin)",
		Short: "Puts the given key into the store",
		Long: `
Puts the given key into the store.

When <value> begins with '-', <value> is interpreted as a flag.
Insert '--' for workaround:

$ put <key> -- <value>
$ put -- <key> <value>

If <value> isn't given as a command line argument and '--ignore-value' is not specified,
this command tries to read the value from standard input.

If <lease> isn't given as a command line argument and '--ignore-lease' is not specified,
this command tries to read the value from standard input.

For example,
$ cat file | put <key>
will store the content of the file to <key>.
`,
		RunE: func(command *cobra.Command, args []string) error { return c.runPut(command, args, o) },
	}
	f := command.Flags()
	f.StringVar(&o.lease, "lease", "0", "lease ID (in hexadecimal) to attach to the key")
	f.BoolVar(&o.prevKv, "prev-kv", false, "return the previous key-value pair before modification")
	f.BoolVar(&o.ignoreValue, "ignore-value", false, "updates the key using its current value")
	f.BoolVar(&o.ignoreLease, "ignore-lease", false, "updates the key using its current lease")
	return command, o
}

func (c *ctl) runPut(command *cobra.Command, args []string, o *putOptions) error {
	request, err := o.request(args, c.Stdin)
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
	response, err := cli.Put(ctx, request)
	if err != nil {
		return failed(ctx, err)
	}
	return c.printer.put(response)
}

func (o *putOptions) request(args []string, stdin io.Reader) (*api.PutRequest, error) {
	missing := tool.Fail(tool.ExitBadArgs, "put command needs 1 argument and input from stdin or 2 arguments")
	if len(args) == 0 {
		return nil, missing
	}
	r := &api.PutRequest{Key: []byte(args[0]), PrevKv: o.prevKv, IgnoreValue: o.ignoreValue, IgnoreLease: o.ignoreLease}
	switch {
	case o.ignoreValue && len(args) > 1:
		return nil, tool.Fail(tool.ExitBadArgs, "put command needs only 1 argument when 'ignore-value' is set")
	case o.ignoreValue:
	case len(args) > 1:
		r.Value = []byte(args[1])
	default:
		value, err := io.ReadAll(io.LimitReader(stdin, stdinBytesMax))
		if err != nil || len(value) == 0 {
			return nil, missing
		}
		r.Value = value
	}
	lease, err := strconv.ParseInt(o.lease, 16, 64)
	if err != nil {
		return nil, tool.Fail(tool.ExitBadArgs, "bad lease ID (%w), expecting ID in Hex", err)
	}
	r.Lease = lease
	return r, nil
}

// stdinBytesMax bounds what a command reads of its input: more than any request
// may have (1.5 MiB), so that the answer is the server's.
const stdinBytesMax = 4 << 20
