package etcdctl

import (
	"time"

	"github.com/spf13/cobra"
)

// root builds the command tree. Commands stand in the real one's order of
// registration, which "Did you mean this?" shows.
func (c *ctl) root() *cobra.Command {
	root := &cobra.Command{
		Use: "etcdctl", Short: "A simple command line client for etcd3.",
		SuggestFor: []string{"etcdctl"},
	}
	globalFlags(root)
	root.AddCommand(c.commands()...)
	root.SetUsageFunc(func(of *cobra.Command) error { usage(c.Stdout, of); return nil })
	root.SetHelpFunc(func(of *cobra.Command, _ []string) { usage(c.Stdout, of) })
	return root
}

// commands are those below the root. A command line that begins with the whole
// name of one needs none of the others, and half the work is saved.
func (c *ctl) commands() []*cobra.Command {
	makers := map[string]func() *cobra.Command{
		"get": c.get, "put": c.put, "del": c.del, "endpoint": c.endpoint, "member": c.member, "snapshot": c.snapshot,
	}
	if len(c.Args) > 0 && makers[c.Args[0]] != nil {
		return []*cobra.Command{makers[c.Args[0]]()}
	}
	return []*cobra.Command{
		c.get(), c.put(), c.del(), c.txn(), c.compaction(), c.alarm(), c.defrag(),
		c.endpoint(), c.moveLeader(), c.watch(), c.version(), c.lease(),
		c.member(), c.snapshot(), notOffered(makeMirror), c.lock(), c.elect(),
		c.auth(), c.user(), c.role(), c.check(),
		c.completion(), c.downgrade(),
	}
}

func globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringSlice("endpoints", []string{"127.0.0.1:2379"}, "gRPC endpoints")
	f.Bool("debug", false, "enable client-side debug logging")
	f.StringP("write-out", "w", "simple", "set the output format (fields, json, protobuf, simple, table)")
	f.Bool("hex", false, "print byte strings as hex encoded strings")
	f.Duration("dial-timeout", 2*time.Second, "dial timeout for client connections")
	f.Duration("command-timeout", 5*time.Second, "timeout for short running command (excluding dial timeout)")
	f.Duration("keepalive-time", 2*time.Second, "keepalive time for client connections")
	f.Duration("keepalive-timeout", 6*time.Second, "keepalive timeout for client connections")
	f.Int("max-request-bytes", 0, "client-side request send limit in bytes (if 0, it defaults to 2.0 MiB (2 * 1024 * 1024).)")
	f.Int("max-recv-bytes", 0, `client-side response receive limit in bytes (if 0, it defaults to "math.MaxInt32")`)
	f.Bool("insecure-discovery", true, "accept insecure SRV records describing cluster endpoints")
	f.Bool("insecure-transport", true, "disable transport security for client connections")
	f.Bool("insecure-skip-tls-verify", false, "skip server certificate verification (CAUTION: this option should be enabled only for testing purposes)")
	f.String("cert", "", "identify secure client using this TLS certificate file")
	f.String("key", "", "identify secure client using this TLS key file")
	f.String("cacert", "", "verify certificates of TLS-enabled secure servers using this CA bundle")
	f.String("user", "", "username[:password] for authentication (prompt if password is not supplied)")
	f.String("password", "", "password for authentication (if this option is used, --user option shouldn't include password)")
	f.StringP("discovery-srv", "d", "", "domain name to query for SRV records describing cluster endpoints")
	f.String("discovery-srv-name", "", "service name to query when using DNS discovery")
}
