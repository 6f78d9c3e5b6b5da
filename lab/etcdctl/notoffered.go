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
