package labctl

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ServerFlags are etcd's own flags, as `lab start` was given them. Only those
// in Given mean anything (https://etcd.io/docs/v3.6/op-guide/configuration/).
type ServerFlags struct {
	Given map[string]string // by name, as text

	Name                string
	DataDir             string
	SnapshotCount       uint64
	HeartbeatInterval   time.Duration
	ElectionTimeout     time.Duration
	QuotaBackendBytes   int64
	StrictReconfigCheck bool

	ListenPeerURLs, ListenClientURLs string
	AdvertiseClientURLs              string

	InitialAdvertisePeerURLs string
	InitialCluster           string
	InitialClusterState      string
	InitialClusterToken      string
	ForceNewCluster          bool

	CertFile, KeyFile, TrustedCAFile             string
	PeerCertFile, PeerKeyFile, PeerTrustedCAFile string
	ClientCertAuth, PeerClientCertAuth           bool
}

// set makes Go's own flag set, which etcd uses too: its mistakes read alike.
func (s *ServerFlags) set() *flag.FlagSet {
	f := flag.NewFlagSet("etcd", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&s.Name, "name", "default", "Human-readable name for this member.")
	f.StringVar(&s.DataDir, "data-dir", "", "Path to the data directory.")
	f.Uint64Var(&s.SnapshotCount, "snapshot-count", 10000, "Number of committed transactions to trigger a snapshot to disk.")
	f.Var((*milliseconds)(&s.HeartbeatInterval), "heartbeat-interval", "Time (in milliseconds) of a heartbeat interval.")
	f.Var((*milliseconds)(&s.ElectionTimeout), "election-timeout", "Time (in milliseconds) for an election to timeout.")
	f.Int64Var(&s.QuotaBackendBytes, "quota-backend-bytes", 0, "Raise alarms when backend size exceeds the given quota. 0 means use the default quota.")
	f.BoolVar(&s.StrictReconfigCheck, "strict-reconfig-check", true, "Reject reconfiguration requests that would cause quorum loss.")
	f.StringVar(&s.ListenPeerURLs, "listen-peer-urls", "", "List of URLs to listen on for peer traffic.")
	f.StringVar(&s.ListenClientURLs, "listen-client-urls", "", "List of URLs to listen on for client grpc traffic and http as long as --listen-client-http-urls is not specified.")
	f.StringVar(&s.AdvertiseClientURLs, "advertise-client-urls", "", "List of this member's client URLs to advertise to the public.")
	f.StringVar(&s.InitialAdvertisePeerURLs, "initial-advertise-peer-urls", "", "List of this member's peer URLs to advertise to the rest of the cluster.")
	f.StringVar(&s.InitialCluster, "initial-cluster", "", "Initial cluster configuration for bootstrapping.")
	s.InitialClusterState = "new"
	f.Var((*clusterState)(&s.InitialClusterState), "initial-cluster-state", "Initial cluster state ('new' when bootstrapping a new cluster or 'existing' when adding new members to an existing cluster).")
	f.StringVar(&s.InitialClusterToken, "initial-cluster-token", "etcd-cluster", "Initial cluster token for the etcd cluster during bootstrap.")
	f.StringVar(&s.CertFile, "cert-file", "", "Path to the client server TLS cert file.")
	f.StringVar(&s.KeyFile, "key-file", "", "Path to the client server TLS key file.")
	f.StringVar(&s.TrustedCAFile, "trusted-ca-file", "", "Path to the client server TLS trusted CA cert file.")
	f.BoolVar(&s.ClientCertAuth, "client-cert-auth", false, "Enable client cert authentication.")
	f.StringVar(&s.PeerCertFile, "peer-cert-file", "", "Path to the peer server TLS cert file.")
	f.StringVar(&s.PeerKeyFile, "peer-key-file", "", "Path to the peer server TLS key file.")
	f.StringVar(&s.PeerTrustedCAFile, "peer-trusted-ca-file", "", "Path to the peer server TLS trusted CA file.")
	f.BoolVar(&s.PeerClientCertAuth, "peer-client-cert-auth", false, "Enable peer client cert authentication.")
	f.BoolVar(&s.ForceNewCluster, "force-new-cluster", false, "Force to create a new one-member cluster.")
	return f
}

// milliseconds is a flag in etcd's unit.
type milliseconds time.Duration

func (m *milliseconds) String() string {
	if m == nil {
		return ""
	}
	return strconv.FormatInt(time.Duration(*m).Milliseconds(), 10)
}

func (m *milliseconds) Set(s string) error {
	n, err := strconv.ParseUint(s, 0, 32)
	if err != nil {
		return errors.New("parse error")
	}
	*m = milliseconds(time.Duration(n) * time.Millisecond)
	return nil
}

// clusterState is new or existing.
type clusterState string

func (c *clusterState) String() string {
	if c == nil {
		return ""
	}
	return string(*c)
}

func (c *clusterState) Set(s string) error {
	if s != "new" && s != "existing" {
		return errors.New("invalid value")
	}
	*c = clusterState(s)
	return nil
}

// unsimulated are flags of the real server that change nothing here.
var unsimulated = []string{
	"auto-compaction-mode", "auto-compaction-retention", "auto-tls", "cipher-suites",
	"client-cert-allowed-hostname", "config-file", "cors", "discovery", "discovery-endpoints", "discovery-srv", "enable-pprof",
	"feature-gates", "host-whitelist", "initial-election-tick-advance", "listen-client-http-urls", "listen-metrics-urls",
	"log-format", "log-level", "log-outputs", "logger", "max-concurrent-streams", "max-learners", "max-request-bytes", "max-snapshots",
	"max-txn-ops", "max-wals", "metrics", "peer-auto-tls", "pre-vote", "wal-dir",
}

// serverUsage is what etcd prints after a flag it does not know.
const serverUsage = `Usage:

  etcd [flags]
    Start an etcd server.

  etcd --version
    Show the version of etcd.

  etcd -h | --help
    Show the help information about etcd.

  etcd --config-file
    Path to the server configuration file. Note that if a configuration file is provided, other command line flags and environment variables will be ignored.

  etcd gateway
    Run the stateless pass-through etcd TCP connection forwarding proxy.

  etcd grpc-proxy
    Run the stateless etcd v3 gRPC L7 reverse proxy.
`

// parseServerFlags reads flags as etcd does.
func parseServerFlags(words []string) (ServerFlags, error) {
	s := ServerFlags{Given: map[string]string{}}
	f := s.set()
	if err := f.Parse(words); err != nil {
		if name := unknownFlag(err); slices.Contains(unsimulated, name) {
			return s, fmt.Errorf("etcd has the flag --%s; this lab does not simulate it", name)
		}
		return s, &flagError{err}
	}
	if f.NArg() > 0 {
		return s, &flagError{fmt.Errorf("'%s' is not a valid flag", f.Arg(0))}
	}
	f.Visit(func(f *flag.Flag) { s.Given[f.Name] = f.Value.String() })
	return s, nil
}

func unknownFlag(err error) string {
	name, _ := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	return name
}

// flagError is a mistake in etcd's flags; etcd's usage follows it.
type flagError struct{ err error }

func (e *flagError) Error() string { return e.err.Error() }

// With gives these flags with others on top.
func (s ServerFlags) With(over ServerFlags) ServerFlags {
	var merged ServerFlags
	merged.Given = map[string]string{}
	maps.Copy(merged.Given, s.Given)
	maps.Copy(merged.Given, over.Given)
	merged.read()
	return merged
}

// Without leaves flags out.
func (s ServerFlags) Without(names ...string) ServerFlags {
	kept := ServerFlags{Given: maps.Clone(s.Given)}
	for _, name := range names {
		delete(kept.Given, name)
	}
	kept.read()
	return kept
}

// read sets the fields to what Given says.
func (s *ServerFlags) read() {
	f := s.set()
	for name, value := range s.Given {
		_ = f.Set(name, value) // it was read once already
	}
}
