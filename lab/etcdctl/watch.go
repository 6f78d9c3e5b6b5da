package etcdctl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

type watchOptions struct {
	interactive, prefix, prevKv, progress bool
	rev                                   int64
}

func (c *ctl) watch() *cobra.Command {
	command, o := newWatchCommand()
	command.RunE = func(command *cobra.Command, args []string) error { return c.runWatch(command, args, o) }
	return command
}

func newWatchCommand() (*cobra.Command, *watchOptions) {
	o := &watchOptions{}
	command := &cobra.Command{
		Use: "watch [options] [key or prefix] [range_end] [--] [exec-command arg1 arg2 ...]", Short: "Watches events stream on keys or prefixes",
	}
	f := command.Flags()
	f.BoolVarP(&o.interactive, "interactive", "i", false, "Interactive mode")
	f.BoolVar(&o.prefix, "prefix", false, "Watch on a prefix if prefix is set")
	f.Int64Var(&o.rev, "rev", 0, "Revision to start watching")
	f.BoolVar(&o.prevKv, "prev-kv", false, "get the previous key-value pair before the event happens")
	f.BoolVar(&o.progress, "progress-notify", false, "get periodic watch progress notification from server")
	return command, o
}

// How the arguments of a watch can be wrong.
var (
	errWatchArgs      = errors.New("bad number of arguments")
	errWatchKeyTwice  = errors.New("bad number of arguments (found conflicting environment key)")
	errWatchNoCommand = errors.New("bad number of arguments (found separator --, but no commands)")
	errWatchPrefix    = errors.New("`range_end` and `--prefix` are mutually exclusive")
)

// watchKeys are the variables that may name what is watched.
type watchKeys struct{ key, end string }

func (c *ctl) watchKeys() (watchKeys, error) {
	k := watchKeys{c.variable("ETCDCTL_WATCH_KEY"), c.variable("ETCDCTL_WATCH_RANGE_END")}
	if k.key == "" && k.end != "" {
		return k, tool.Fail(tool.ExitBadArgs, "ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END=%q", k.end)
	}
	return k, nil
}

// split takes arguments apart: what is watched, and, behind a separator (-1:
// there is none), the command that runs for each event.
func (k watchKeys) split(args []string, dash int) (watched, command []string, err error) {
	watched = args
	if dash >= 0 {
		watched, command = args[:dash], args[dash:]
	}
	switch {
	case dash >= 0 && len(command) == 0:
		return nil, nil, errWatchNoCommand
	case k.key != "" && len(watched) > 0:
		return nil, nil, errWatchKeyTwice
	case k.key != "":
		watched = slices.DeleteFunc([]string{k.key, k.end}, func(s string) bool { return s == "" })
	case dash < 0 && len(watched) == 0:
		return nil, nil, errWatchArgs
	}
	return watched, command, nil
}

func (c *ctl) runWatch(command *cobra.Command, args []string, o *watchOptions) error {
	keys, err := c.watchKeys()
	if err != nil {
		return err
	}
	if o.interactive {
		return c.watchInteractively(command, keys)
	}
	watched, exec, err := keys.split(args, command.ArgsLenAtDash())
	if err != nil {
		return &tool.Exit{Code: tool.ExitBadArgs, Err: err}
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	request, err := o.request(watched)
	if err != nil {
		return &tool.Exit{Code: tool.ExitBadArgs, Err: err}
	}
	w := &watching{ctl: c, exec: exec}
	if err := cli.Watch(c.Ctx, request, w.show); err != nil {
		return err
	}
	return tool.Fail(tool.ExitInterrupted, "watch is canceled by the server")
}

func (o *watchOptions) request(watched []string) (*api.WatchCreateRequest, error) {
	if len(watched) == 0 {
		return nil, errWatchArgs
	}
	r := &api.WatchCreateRequest{StartRevision: max(0, o.rev), PrevKv: o.prevKv, ProgressNotify: o.progress, RequireLeader: true}
	if len(watched) == 2 {
		if o.prefix {
			return nil, errWatchPrefix
		}
		r.Key, r.RangeEnd = []byte(watched[0]), []byte(watched[1])
		return r, nil
	}
	r.Key, r.RangeEnd = wide([]byte(watched[0]), o.prefix, false)
	return r, nil
}

// watching shows what one or more watches tell. Safe for concurrent use.
type watching struct {
	*ctl
	exec []string // the command to run for each event

	showing *sync.Mutex // nil: nobody else shows anything
}

func (w *watching) show(r *api.WatchResponse) error {
	if w.showing != nil {
		w.showing.Lock()
		defer w.showing.Unlock()
	}
	if err := w.Ctx.Err(); err != nil {
		return err
	}
	if r.Canceled {
		fmt.Fprintf(w.Stderr, "watch was canceled (%s)\n", cancelReason(r))
	} else if len(r.Events) == 0 {
		fmt.Fprintf(w.Stdout, "progress notify: %d\n", r.Header.Revision)
	}
	if err := w.printer.watch(r); err != nil {
		return err
	}
	for _, e := range r.Events {
		if err := w.run(r, e); err != nil {
			return err
		}
	}
	return nil
}

func cancelReason(r *api.WatchResponse) string {
	switch {
	case r.CompactRevision != 0:
		return "etcdserver: mvcc: required revision has been compacted"
	case r.CancelReason != "":
		return r.CancelReason
	}
	return "etcdserver: mvcc: required revision is a future revision"
}

// run runs the command for one event, which it finds in its environment.
func (w *watching) run(r *api.WatchResponse, e *api.Event) error {
	if len(w.exec) == 0 {
		return nil
	}
	code, err := w.Exec([]string{
		fmt.Sprintf("ETCD_WATCH_REVISION=%d", r.Header.Revision),
		fmt.Sprintf("ETCD_WATCH_EVENT_TYPE=%q", eventName(e.Type)),
		fmt.Sprintf("ETCD_WATCH_KEY=%q", e.Kv.Key),
		fmt.Sprintf("ETCD_WATCH_VALUE=%q", e.Kv.Value),
	}, w.exec)
	if err == nil && code != 0 {
		err = fmt.Errorf("exit status %d", code)
	}
	if err == nil || w.Ctx.Err() != nil {
		return w.Ctx.Err()
	}
	fmt.Fprintf(w.Stderr, "command %q error (%v)\n", w.exec, err)
	return &tool.Exit{Code: tool.ExitError}
}

// watchInteractively reads lines that begin watches, all of which go on, or ask
// how far they are. It ends with its input, or when a command fails that it runs.
func (c *ctl) watchInteractively(command *cobra.Command, keys watchKeys) error {
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	i := &interactive{ctl: c, cli: cli, keys: keys, ended: make(chan error, 1), lines: make(chan line)}
	ctx, cancel := context.WithCancel(c.Ctx)
	i.ctx = ctx
	defer i.all.Wait()
	defer cancel()
	go i.read()
	for {
		select {
		case l := <-i.lines:
			if l.err != nil {
				return tool.Fail(tool.ExitInvalidInput, "error reading watch request line: %w", l.err)
			}
			if err := i.take(l.text); err != nil {
				return err
			}
		case err := <-i.ended:
			return err
		case <-c.Ctx.Done():
			return c.Ctx.Err()
		}
	}
}

// interactive is the watches of `watch -i`.
type interactive struct {
	*ctl
	cli     client.Client
	keys    watchKeys
	ctx     context.Context // ends with the program
	all     sync.WaitGroup  // of what shows something
	showing sync.Mutex
	watches atomic.Int64
	ended   chan error // holds why the program ends
	lines   chan line
}

type line struct {
	text string
	err  error
}

// read reads until Ctrl-C or the input's end.
func (i *interactive) read() {
	in := bufio.NewReader(i.Stdin)
	for {
		text, err := in.ReadString('\n')
		select {
		case i.lines <- line{strings.TrimSuffix(text, "\n"), err}:
		case <-i.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// watchesMost bounds how many watches one program holds.
const watchesMost = 100

func (i *interactive) take(text string) error {
	args, err := argify(text)
	if err != nil {
		return i.badInput(err)
	}
	switch {
	case len(args) == 0:
		i.complain("Invalid command: %s (watch and progress supported)", text)
	case args[0] == "progress":
		i.all.Go(i.progress)
	case args[0] != "watch":
		i.complain("Invalid command %s (only support watch)", text)
	case len(args) < 2 && i.keys.key == "":
		i.complain("Invalid command %s (command type or key is not provided)", text)
	case i.watches.Load() >= watchesMost:
		i.complain("Invalid command %s (%d watches are open, which is the limit)", text, watchesMost)
	default:
		return i.begin(text, args[1:])
	}
	return nil
}

func (i *interactive) complain(format string, args ...any) {
	i.showing.Lock()
	defer i.showing.Unlock()
	fmt.Fprintf(i.Stderr, format+"\n", args...)
}

// begin begins one watch, whose flags are its line's own.
func (i *interactive) begin(text string, args []string) error {
	command, o := newWatchCommand()
	flags := command.Flags()
	err := flags.Parse(args)
	var watched, exec []string
	if err == nil {
		watched, exec, err = i.keys.split(flags.Args(), flags.ArgsLenAtDash())
	}
	if err != nil {
		return &tool.Exit{Code: tool.ExitBadArgs, Err: err}
	}
	request, err := o.request(watched)
	if err != nil {
		i.complain("Invalid command %s (%v)", text, err)
		return nil
	}
	i.watches.Add(1)
	w := &watching{ctl: i.ctl, exec: exec, showing: &i.showing}
	i.all.Go(func() {
		if err := i.cli.Watch(i.ctx, request, w.show); err != nil && i.ctx.Err() == nil {
			select {
			case i.ended <- err:
			default:
			}
		}
	})
	return nil
}

// progress asks how far the watches are, which is told for each.
func (i *interactive) progress() {
	watches := i.watches.Load()
	r, err := i.cli.Progress(i.ctx)
	switch {
	case i.ctx.Err() != nil:
		return
	case err != nil:
		i.complain("error requesting progress %v", err)
		return
	}
	w := &watching{ctl: i.ctl, showing: &i.showing}
	for range watches {
		_ = w.show(r)
	}
}
