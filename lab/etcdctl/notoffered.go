package etcdctl

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"quorumlab/lab/internal/tool"
)

// outline is a command of the real etcdctl that this lab explains but cannot
// run: it has its help and its flags, and says so when it is called.
type outline struct {
	use, short, long string
	flags            func(f *pflag.FlagSet)
	persistent       bool // flags go to the commands below
	below            []outline
}

// notOffered makes the command of an outline.
func notOffered(o outline) *cobra.Command {
	command := &cobra.Command{Use: o.use, Short: o.short, Long: o.long}
	if len(o.below) == 0 {
		command.RunE = func(command *cobra.Command, _ []string) error {
			return tool.Fail(tool.ExitError, "this lab does not offer %q (its --help is the real one's)", command.CommandPath())
		}
	}
	if o.flags != nil {
		flags := command.Flags()
		if o.persistent {
			flags = command.PersistentFlags()
		}
		o.flags(flags)
	}
	for _, sub := range o.below {
		command.AddCommand(notOffered(sub))
	}
	return command
}

var txn = outline{
	use: "txn [options]", short: "Txn processes all the requests in one transaction",
	long: `Txn reads multiple etcd requests from standard input and applies them as a single atomic transaction.

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
	flags: func(f *pflag.FlagSet) { f.BoolP("interactive", "i", false, "Input transaction in interactive mode") },
}

var moveLeader = outline{use: "move-leader <transferee-member-id>", short: "Transfers leadership to another etcd cluster member."}

var watch = outline{
	use: "watch [options] [key or prefix] [range_end] [--] [exec-command arg1 arg2 ...]", short: "Watches events stream on keys or prefixes",
	flags: func(f *pflag.FlagSet) {
		f.BoolP("interactive", "i", false, "Interactive mode")
		f.Bool("prefix", false, "Watch on a prefix if prefix is set")
		f.Int64("rev", 0, "Revision to start watching")
		f.Bool("prev-kv", false, "get the previous key-value pair before the event happens")
		f.Bool("progress-notify", false, "get periodic watch progress notification from server")
	},
}

var lease = outline{
	use: "lease <subcommand>", short: "Lease related commands",
	below: []outline{
		{use: "grant <ttl>", short: "Creates leases"},
		{use: "revoke <leaseID>", short: "Revokes leases"},
		{use: "timetolive <leaseID> [options]", short: "Get lease information", flags: func(f *pflag.FlagSet) {
			f.Bool("keys", false, "Get keys attached to this lease")
		}},
		{use: "list", short: "List all active leases"},
		{use: "keep-alive [options] <leaseID>", short: "Keeps leases alive (renew)", flags: func(f *pflag.FlagSet) {
			f.Bool("once", false, "Resets the keep-alive time to its original value and cobrautl.Exits immediately")
		}},
	},
}

var memberAdd = outline{
	use: "add <memberName> [options]", short: "Adds a member into the cluster",
	flags: func(f *pflag.FlagSet) {
		f.String("peer-urls", "", "comma separated peer URLs for the new member.")
		f.Bool("learner", false, "indicates if the new member is raft learner")
	},
}

var memberRemove = outline{use: "remove <memberID>", short: "Removes a member from the cluster"}

var memberUpdate = outline{
	use: "update <memberID> [options]", short: "Updates a member in the cluster",
	flags: func(f *pflag.FlagSet) {
		f.String("peer-urls", "", "comma separated peer URLs for the updated member.")
	},
}

var memberPromote = outline{
	use: "promote <memberID>", short: "Promotes a non-voting member in the cluster",
	long: "Promotes a non-voting learner member to a voting one in the cluster.\n",
}

var makeMirror = outline{
	use: "make-mirror [options] <destination>", short: "Makes a mirror at the destination etcd cluster",
	flags: func(f *pflag.FlagSet) {
		f.String("prefix", "", "Key-value prefix to mirror")
		f.Int64("rev", 0, "Specify the kv revision to start to mirror")
		f.String("dest-prefix", "", "destination prefix to mirror a prefix to a different prefix in the destination cluster")
		f.Uint("max-txn-ops", 128, "Maximum number of operations permitted in a transaction during syncing updates.")
		f.Bool("no-dest-prefix", false, "mirror key-values to the root of the destination cluster")
		f.String("dest-cert", "", "Identify secure client using this TLS certificate file for the destination cluster")
		f.String("dest-key", "", "Identify secure client using this TLS key file")
		f.String("dest-cacert", "", "Verify certificates of TLS enabled secure servers using this CA bundle")
		f.Bool("dest-insecure-transport", true, "Disable transport security for client connections")
		f.String("dest-user", "", "Destination username[:password] for authentication (prompt if password is not supplied)")
		f.String("dest-password", "", "Destination password for authentication (if this option is used, --user option shouldn't include password)")
	},
}

var lock = outline{
	use: "lock <lockname> [exec-command arg1 arg2 ...]", short: "Acquires a named lock",
	flags: func(f *pflag.FlagSet) { f.Int("ttl", 10, "timeout for session") },
}

var elect = outline{
	use: "elect <election-name> [proposal]", short: "Observes and participates in leader election",
	flags: func(f *pflag.FlagSet) { f.BoolP("listen", "l", false, "observation mode") },
}
