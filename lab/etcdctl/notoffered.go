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

var defrag = outline{
	use: "defrag", short: "Defragments the storage of the etcd members with given endpoints", persistent: true,
	flags: func(f *pflag.FlagSet) {
		f.Bool("cluster", false, "use all endpoints from the cluster member list")
	},
}

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

var auth = outline{
	use: "auth <enable or disable>", short: "Enable or disable authentication",
	below: []outline{
		{use: "enable", short: "Enables authentication"},
		{use: "disable", short: "Disables authentication"},
		{use: "status", short: "Returns authentication status"},
	},
}

var user = outline{
	use: "user <subcommand>", short: "User related commands",
	below: []outline{
		{use: "add <user name or user:password> [options]", short: "Adds a new user", flags: func(f *pflag.FlagSet) {
			f.Bool("interactive", true, "Read password from stdin instead of interactive terminal")
			f.String("new-user-password", "", "Supply password from the command line flag")
			f.Bool("no-password", false, "Create a user without password (CN based auth only)")
		}},
		{use: "delete <user name>", short: "Deletes a user"},
		{use: "get <user name> [options]", short: "Gets detailed information of a user", flags: func(f *pflag.FlagSet) {
			f.Bool("detail", false, "Show permissions of roles granted to the user")
		}},
		{use: "list", short: "Lists all users"},
		{use: "passwd <user name> [options]", short: "Changes password of user", flags: func(f *pflag.FlagSet) {
			f.Bool("interactive", true, "If true, read password from stdin instead of interactive terminal")
		}},
		{use: "grant-role <user name> <role name>", short: "Grants a role to a user"},
		{use: "revoke-role <user name> <role name>", short: "Revokes a role from a user"},
	},
}

var role = outline{
	use: "role <subcommand>", short: "Role related commands",
	below: []outline{
		{use: "add <role name>", short: "Adds a new role"},
		{use: "delete <role name>", short: "Deletes a role"},
		{use: "get <role name>", short: "Gets detailed information of a role"},
		{use: "list", short: "Lists all roles"},
		{use: "grant-permission [options] <role name> <permission type> <key> [endkey]", short: "Grants a key to a role", flags: func(f *pflag.FlagSet) {
			f.Bool("prefix", false, "grant a prefix permission")
			f.Bool("from-key", false, "grant a permission of keys that are greater than or equal to the given key using byte compare")
		}},
		{use: "revoke-permission <role name> <key> [endkey]", short: "Revokes a key from a role", flags: func(f *pflag.FlagSet) {
			f.Bool("prefix", false, "revoke a prefix permission")
			f.Bool("from-key", false, "revoke a permission of keys that are greater than or equal to the given key using byte compare")
		}},
	},
}

var check = outline{
	use: "check <subcommand>", short: "commands for checking properties of the etcd cluster",
	below: []outline{
		{use: "perf [options]", short: "Check the performance of the etcd cluster", flags: func(f *pflag.FlagSet) {
			f.String("load", "s", "The performance check's workload model. Accepted workloads: s(small), m(medium), l(large), xl(xLarge). Different workload models use different configurations in terms of number of clients and expected throughput.")
			f.String("prefix", "/etcdctl-check-perf/", "The prefix for writing the performance check's keys.")
			f.Bool("auto-compact", false, "Compact storage with last revision after test is finished.")
			f.Bool("auto-defrag", false, "Defragment storage after test is finished.")
		}},
		{use: "datascale [options]", short: "Check the memory usage of holding data for different workloads on a given server endpoint.", flags: func(f *pflag.FlagSet) {
			f.String("load", "s", "The datascale check's workload model. Accepted workloads: s(small), m(medium), l(large), xl(xLarge)")
			f.String("prefix", "/etcdctl-check-datascale/", "The prefix for writing the datascale check's keys.")
			f.Bool("auto-compact", false, "Compact storage with last revision after test is finished.")
			f.Bool("auto-defrag", false, "Defragment storage after test is finished.")
		}},
	},
}

var completion = outline{use: "completion <bash|zsh|fish|powershell>", short: "Generate completion script"}

var downgrade = outline{
	use: "downgrade <TARGET_VERSION>", short: "Downgrade related commands",
	below: []outline{
		{use: "validate <TARGET_VERSION>", short: "Validate downgrade capability before starting downgrade"},
		{use: "enable <TARGET_VERSION>", short: "Start a downgrade action to cluster"},
		{use: "cancel", short: "Cancel the ongoing downgrade action to cluster"},
	},
}
