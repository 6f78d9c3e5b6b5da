package etcdctl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) txn() *cobra.Command {
	var interactive bool
	command := &cobra.Command{
		Use: "txn [options]", Short: "Txn processes all the requests in one transaction",
		Long: `Txn reads multiple etcd requests from standard input and applies them as a single atomic transaction.

A transaction consists of three components:
1) a list of conditions,
2) a list of requests to apply if all the conditions are true,
3) a list of requests to apply if any condition is false.

Example interactive stdin usage:

---
etcdctl txn -i
# compares:
mod("key1") > "0"

# success requests (get, put, delete):
put key1 "overwrote-key1"

# failure requests (get, put, delete):
put key1 "created-key1"
put key2 "some extra key"
---

Refer to https://github.com/etcd-io/etcd/blob/main/etcdctl/README.md#txn-options.`,
		RunE: func(command *cobra.Command, args []string) error { return c.runTxn(command, args, interactive) },
	}
	command.Flags().BoolVarP(&interactive, "interactive", "i", false, "Input transaction in interactive mode")
	return command
}

// runTxn waits for the answer as long as it takes, as the real one does.
func (c *ctl) runTxn(command *cobra.Command, args []string, interactive bool) error {
	if len(args) != 0 {
		return tool.Fail(tool.ExitBadArgs, "txn command does not accept argument")
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	t := &txnInput{ctl: c, in: bufio.NewReader(io.LimitReader(c.Stdin, stdinBytesMax)), interactive: interactive}
	request, err := t.read()
	if err != nil {
		return err
	}
	response, err := cli.Txn(c.Ctx, request)
	if err != nil {
		return failed(c.Ctx, err)
	}
	return c.printer.txn(response)
}

// txnInput reads a transaction: three lists, each ended by an empty line.
type txnInput struct {
	*ctl
	in          *bufio.Reader
	interactive bool
}

func (t *txnInput) read() (*api.TxnRequest, error) {
	r := &api.TxnRequest{}
	err := t.list("compares:", func(line string) error {
		one, err := parseCompare(line)
		r.Compare = append(r.Compare, one)
		return err
	})
	if err == nil {
		r.Success, err = t.requests("success requests (get, put, del):")
	}
	if err == nil {
		r.Failure, err = t.requests("failure requests (get, put, del):")
	}
	return r, err
}

func (t *txnInput) requests(title string) (list []*api.RequestOp, err error) {
	err = t.list(title, func(line string) error {
		op, err := t.request(line)
		list = append(list, op)
		return err
	})
	return list, err
}

// list gives each line up to the empty one to a function. An error without an
// exit code of its own is bad input.
func (t *txnInput) list(title string, each func(line string) error) error {
	if t.interactive {
		fmt.Fprintln(t.Stdout, title)
	}
	for {
		line, err := t.in.ReadString('\n')
		if err == nil {
			if line = strings.TrimSpace(line); line == "" {
				return nil
			}
			err = each(line)
		}
		if err != nil {
			return t.badInput(err)
		}
	}
}

// badInput gives an error an exit code, if it has none of its own.
func (c *ctl) badInput(err error) error {
	if _, ok := tool.AsExit(err); ok {
		return err
	}
	if errors.Is(err, errPanic) {
		fmt.Fprintf(c.Stderr, "%v\n\ngoroutine 1 [running]:\n", err)
		return &tool.Exit{Code: exitPanic}
	}
	return &tool.Exit{Code: tool.ExitInvalidInput, Err: err}
}

// exitPanic is how a program in Go ends that panics.
const exitPanic = 2

// request reads a line as a command of this very program.
func (t *txnInput) request(line string) (op *api.RequestOp, err error) {
	args, err := argify(line)
	if err != nil {
		return nil, err
	}
	if len(args) < 2 {
		return nil, fmt.Errorf("invalid txn compare request: %s", line)
	}
	var refused error
	root := &cobra.Command{SilenceErrors: true}
	root.AddCommand(requestCommands(func(one *api.RequestOp, err error) { op, refused = one, err })...)
	root.SetArgs(args)
	root.SetIn(t.Stdin)
	root.SetOut(t.Stderr)
	root.SetErr(t.Stderr)
	switch err := root.Execute(); {
	case refused != nil:
		return nil, refused
	case err != nil || op == nil:
		return nil, fmt.Errorf("invalid txn request: %s", line)
	}
	return op, nil
}

// requestCommands are put, get and del, but for what they do: they give the
// request that they would make.
func requestCommands(made func(*api.RequestOp, error)) []*cobra.Command {
	c := &ctl{}
	put, putOptions := c.putCommand()
	put.RunE = func(_ *cobra.Command, args []string) error {
		r, err := putOptions.request(args, strings.NewReader(""))
		made(&api.RequestOp{Put: r}, err)
		return nil
	}
	get, getOptions := c.getCommand()
	get.RunE = func(_ *cobra.Command, args []string) error {
		r, err := getOptions.request(args)
		made(&api.RequestOp{Range: r}, err)
		return nil
	}
	del, delOptions := c.delCommand()
	del.RunE = func(_ *cobra.Command, args []string) error {
		r, err := delOptions.request(args)
		made(&api.RequestOp{DeleteRange: r}, err)
		return nil
	}
	return []*cobra.Command{put, get, del}
}

// parseCompare reads a condition, such as mod("key") > "0".
func parseCompare(line string) (*api.Compare, error) {
	target, rest, found := strings.Cut(line, "(")
	if !found {
		return nil, fmt.Errorf("malformed comparison: %s", line)
	}
	var key, op, value string
	if n, err := fmt.Sscanf(rest, "%q) %s %q", &key, &op, &value); n != 3 {
		return nil, fmt.Errorf("malformed comparison: %s; got %s(%q) %s %q", line, target, key, op, value)
	} else if err != nil {
		return nil, fmt.Errorf("malformed comparison: %s (%w)", line, err)
	}
	one := &api.Compare{Key: []byte(key)}
	if err := setTarget(one, target, value); err != nil {
		if errors.Is(err, errUnknownTarget) {
			return nil, fmt.Errorf("malformed comparison: %s (unknown target %s)", line, target)
		}
		return nil, fmt.Errorf("invalid txn compare request: %s", line)
	}
	result, ok := compareResults[op]
	if !ok {
		return nil, fmt.Errorf("%w: Unknown result op", errPanic)
	}
	if one.Target == api.CompareLease {
		return nil, fmt.Errorf("%w: bad value", errPanic) // the real one knows the word, and no more
	}
	one.Result = result
	return one, nil
}

var compareResults = map[string]int32{
	"=": api.CompareEqual, "!=": api.CompareNotEqual, ">": api.CompareGreater, "<": api.CompareLess,
}

var errUnknownTarget = errors.New("unknown target")

// setTarget says what is compared, and with what.
func setTarget(c *api.Compare, target, value string) error {
	number, err := strconv.ParseInt(value, 10, 64)
	switch target {
	case "ver", "version":
		c.Target, c.Version = api.CompareVersion, &number
	case "c", "create":
		c.Target, c.CreateRevision = api.CompareCreate, &number
	case "m", "mod":
		c.Target, c.ModRevision = api.CompareMod, &number
	case "val", "value":
		bytes := []byte(value)
		c.Target, c.Value = api.CompareValue, &bytes
		return nil
	case "lease":
		c.Target = api.CompareLease
		return nil
	default:
		return errUnknownTarget
	}
	return err
}
