package etcdctl

import (
	"strings"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

type getOptions struct {
	consistency, order, sortBy                       string
	limit, rev                                       int64
	prefix, fromKey, keysOnly, countOnly, valuesOnly bool
	minCreate, maxCreate, minMod, maxMod             int64
}

func (c *ctl) get() *cobra.Command {
	command, _ := c.getCommand()
	return command
}

// getCommand makes the command, and where its flags go.
func (c *ctl) getCommand() (*cobra.Command, *getOptions) {
	o := &getOptions{}
	command := &cobra.Command{
		Use: "get [options] <key> [range_end]", Short: "Gets the key or a range of keys",
		RunE: func(command *cobra.Command, args []string) error { return c.runGet(command, args, o) },
	}
	f := command.Flags()
	f.StringVar(&o.consistency, "consistency", "l", "Linearizable(l) or Serializable(s)")
	f.StringVar(&o.order, "order", "", "Order of results; ASCEND or DESCEND (ASCEND by default)")
	f.StringVar(&o.sortBy, "sort-by", "", "Sort target; CREATE, KEY, MODIFY, VALUE, or VERSION")
	f.Int64Var(&o.limit, "limit", 0, "Maximum number of results")
	f.BoolVar(&o.prefix, "prefix", false, "Get keys with matching prefix")
	f.BoolVar(&o.fromKey, "from-key", false, "Get keys that are greater than or equal to the given key using byte compare")
	f.Int64Var(&o.rev, "rev", 0, "Specify the kv revision")
	f.BoolVar(&o.keysOnly, "keys-only", false, "Get only the keys")
	f.BoolVar(&o.countOnly, "count-only", false, "Get only the count")
	f.BoolVar(&o.valuesOnly, "print-value-only", false, `Only write values when using the "simple" output format`)
	f.Int64Var(&o.minCreate, "min-create-rev", 0, "Minimum create revision")
	f.Int64Var(&o.maxCreate, "max-create-rev", 0, "Maximum create revision")
	f.Int64Var(&o.minMod, "min-mod-rev", 0, "Minimum modification revision")
	f.Int64Var(&o.maxMod, "max-mod-rev", 0, "Maximum modification revision")
	return command, o
}

func (c *ctl) runGet(command *cobra.Command, args []string, o *getOptions) error {
	request, err := o.request(args)
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
	response, err := cli.Range(ctx, request)
	if err != nil {
		return failed(ctx, err)
	}
	if _, fields := c.printer.(*fieldsPrinter); o.countOnly && !fields {
		return tool.Fail(tool.ExitBadArgs, "--count-only is only for `--write-out=fields`")
	}
	if o.valuesOnly {
		simple, ok := c.printer.(*simplePrinter)
		if !ok {
			return tool.Fail(tool.ExitBadArgs, "print-value-only is only for `--write-out=simple`")
		}
		simple.valuesOnly = true
	}
	return c.printer.get(response)
}

func (o *getOptions) request(args []string) (*api.RangeRequest, error) {
	if len(args) == 0 {
		return nil, tool.Fail(tool.ExitBadArgs, "get command needs one argument as key and an optional argument as range_end")
	}
	if o.prefix && o.fromKey {
		return nil, tool.Fail(tool.ExitBadArgs, "`--prefix` and `--from-key` cannot be set at the same time, choose one")
	}
	if o.keysOnly && o.countOnly {
		return nil, tool.Fail(tool.ExitBadArgs, "`--keys-only` and `--count-only` cannot be set at the same time, choose one")
	}
	r := &api.RangeRequest{Limit: o.limit, Revision: max(0, o.rev), KeysOnly: o.keysOnly, CountOnly: o.countOnly}
	var err error
	if r.Serializable, err = serializable(o.consistency); err != nil {
		return nil, err
	}
	if len(args) > 1 && (o.prefix || o.fromKey) {
		return nil, tool.Fail(tool.ExitBadArgs, "too many arguments, only accept one argument when `--prefix` or `--from-key` is set")
	}
	r.Key, r.RangeEnd = wide([]byte(args[0]), o.prefix, o.fromKey)
	if len(args) > 1 {
		r.RangeEnd = []byte(args[1])
	}
	if err := o.sort(r); err != nil {
		return nil, err
	}
	return r, o.bounds(r)
}

func serializable(consistency string) (bool, error) {
	switch consistency {
	case "s":
		return true, nil
	case "l":
		return false, nil
	}
	return false, tool.Fail(tool.ExitBadFeature, "unknown consistency flag %q", consistency)
}

var (
	sortOrders  = map[string]int32{"": api.SortNone, "ASCEND": api.SortAscend, "DESCEND": api.SortDescend}
	sortTargets = map[string]int32{"": api.SortByKey, "KEY": api.SortByKey, "VERSION": api.SortByVersion, "CREATE": api.SortByCreate, "MODIFY": api.SortByMod, "VALUE": api.SortByValue}
)

func (o *getOptions) sort(r *api.RangeRequest) error {
	var ok bool
	if r.SortOrder, ok = sortOrders[strings.ToUpper(o.order)]; !ok {
		return tool.Fail(tool.ExitBadFeature, "bad sort order %v", o.order)
	}
	if r.SortTarget, ok = sortTargets[strings.ToUpper(o.sortBy)]; !ok {
		return tool.Fail(tool.ExitBadFeature, "bad sort target %v", o.sortBy)
	}
	if r.SortTarget == api.SortByKey && r.SortOrder == api.SortAscend {
		r.SortOrder = api.SortNone // the order of a store anyway
	}
	return nil
}

func (o *getOptions) bounds(r *api.RangeRequest) error {
	if o.maxMod > 0 && o.minMod > o.maxMod {
		return tool.Fail(tool.ExitBadFeature, "getMinModRev(=%v) > getMaxModRev(=%v)", o.minMod, o.maxMod)
	}
	if o.maxCreate > 0 && o.minCreate > o.maxCreate {
		return tool.Fail(tool.ExitBadFeature, "getMinCreateRev(=%v) > getMaxCreateRev(=%v)", o.minCreate, o.maxCreate)
	}
	r.MinModRevision, r.MaxModRevision = max(0, o.minMod), max(0, o.maxMod)
	r.MinCreateRevision, r.MaxCreateRevision = max(0, o.minCreate), max(0, o.maxCreate)
	return nil
}
