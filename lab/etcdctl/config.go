package etcdctl

import (
	"context"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/secure"
)

// prepare does what the real one does before it dials: ETCDCTL_* variables
// become flags, and the output format must be known.
func (c *ctl) prepare(command *cobra.Command) error {
	if err := c.fromEnvironment(command.InheritedFlags()); err != nil {
		return err
	}
	c.debug(command)
	if err := discovered(command); err != nil {
		return err
	}
	if err := c.credentials(command); err != nil {
		return err
	}
	format, _ := command.Flags().GetString("write-out")
	hex, _ := command.Flags().GetBool("hex")
	p, err := newPrinter(format, hex, c.Stdout, c.Stderr)
	c.printer = p
	return err
}

// connect makes the client that most commands use.
func (c *ctl) connect(command *cobra.Command) (client.Client, error) {
	if err := c.prepare(command); err != nil {
		return nil, err
	}
	endpoints := endpointsOf(command)
	if len(endpoints) == 0 {
		return nil, tool.Fail(tool.ExitBadConnection, "etcdclient: no available endpoints")
	}
	return c.client(command, endpoints, "etcd-client")
}

// debug prints, with --debug, every flag as the variable that would set it. The
// log of gRPC, which the real one shows besides, has nothing to come from here.
func (c *ctl) debug(command *cobra.Command) {
	if on, _ := command.Flags().GetBool("debug"); on {
		command.InheritedFlags().VisitAll(func(f *pflag.Flag) {
			fmt.Fprintf(c.Stderr, "%s=%v\n", variableOf(f.Name), f.Value)
		})
	}
}

// discovered looks for endpoints under --discovery-srv. No name server of a
// world has such records.
func discovered(command *cobra.Command) error {
	domain, _ := command.Flags().GetString("discovery-srv")
	if domain == "" {
		return nil
	}
	service := "_etcd-client"
	tail := "._tcp." + domain + ": no such host"
	if name, _ := command.Flags().GetString("discovery-srv-name"); name != "" {
		tail = "-" + name + tail
	}
	return tool.Fail(tool.ExitError, "dns lookup errors: lookup %s-ssl%s and lookup %s%s", service, tail, service, tail)
}

func endpointsOf(command *cobra.Command) []string {
	endpoints, _ := command.Flags().GetStringSlice("endpoints")
	return endpoints
}

// client dials endpoints and gets a token if there is a user, which may take
// --dial-timeout; logger names the client in its warnings.
func (c *ctl) client(command *cobra.Command, endpoints []string, logger string) (client.Client, error) {
	secured, err := c.secured(command)
	if err != nil {
		return nil, &tool.Exit{Code: tool.ExitBadArgs, Err: err}
	}
	cli := c.dialed(command, endpoints, logger, secured)
	if c.name == "" || c.password == "" {
		return cli, nil
	}
	ctx := c.Ctx
	if limit, _ := command.Flags().GetDuration("dial-timeout"); limit > 0 {
		limited, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		ctx = limited
	}
	if err := cli.Authenticate(ctx); err != nil {
		cli.Close()
		return nil, &tool.Exit{Code: tool.ExitBadConnection, Err: reason(ctx, err)}
	}
	return cli, nil
}

// secured is the TLS that the flags ask for; nil if they ask for none. Whether
// it is used is for the endpoint's scheme to say.
func (c *ctl) secured(command *cobra.Command) (*tls.Config, error) {
	f := command.Flags()
	files := secure.Files{Read: c.read}
	files.Cert, _ = f.GetString("cert")
	files.Key, _ = f.GetString("key")
	files.TrustedCA, _ = f.GetString("cacert")
	plain, _ := f.GetBool("insecure-transport")
	skip, _ := f.GetBool("insecure-skip-tls-verify")
	if !files.Given() && files.TrustedCA == "" && !skip && plain {
		return nil, nil
	}
	config, err := files.Client()
	if err == nil {
		config.InsecureSkipVerify = skip
	}
	return config, err
}

func (c *ctl) read(name string) ([]byte, error) {
	b, err := c.Files.ReadFile(c.Path(name))
	if err != nil {
		return nil, secure.OpenError(name, err)
	}
	return b, nil
}

func (c *ctl) dialed(command *cobra.Command, endpoints []string, logger string, secured *tls.Config) client.Client {
	dialTimeout, _ := command.Flags().GetDuration("dial-timeout")
	send, _ := command.Flags().GetInt("max-request-bytes")
	receive, _ := command.Flags().GetInt("max-recv-bytes")
	pointer := tool.Pointer(strings.Join(endpoints, ","), c.Now())
	return c.dial(client.Config{
		Endpoints: endpoints, DialTimeout: dialTimeout,
		User: c.name, Password: c.password, TLS: secured,
		SendBytesMax: max(0, send), ReceiveBytesMax: max(0, receive),
		Retry: func(a client.Attempt) { c.warnRetry(logger, pointer, a) },
	})
}

// warnRetry is the line that the real client's interceptor writes for each
// failed attempt.
func (c *ctl) warnRetry(logger, pointer string, a client.Attempt) {
	peer := "Peer{Addr: <nil>, LocalAddr: <nil>, AuthInfo: <nil>}"
	if a.Peer != "" {
		auth := "insecure"
		if a.Secure {
			auth = "tls"
		}
		peer = "Peer{Addr: '" + a.Peer + "', LocalAddr: '" + a.Local + "', AuthInfo: '" + auth + "'}"
	}
	c.log(tool.Entry{
		Level: "warn", Logger: logger, Caller: "v3@v" + tool.Version + "/retry_interceptor.go:68",
		Text: "retrying of unary invoker failed",
		Fields: []tool.Field{
			{Key: "target", Value: "etcd-endpoints://" + pointer + "/" + a.Target},
			{Key: "peer", Value: peer},
			{Key: "method", Value: a.Method},
			{Key: "attempt", Value: a.N},
			{Key: "error", Value: a.Err.Error()},
		},
	})
}

// log writes one line to stderr, unless Ctrl-C has ended the process.
func (c *ctl) log(e tool.Entry) {
	c.logging.Lock()
	defer c.logging.Unlock()
	if c.Ctx.Err() == nil {
		e.JSON(c.Stderr, c.Now())
	}
}

const envPrefix = "ETCDCTL_"

// watchVariables are known though no flag has their names: `watch` reads them.
var watchVariables = []string{"ETCDCTL_WATCH_KEY", "ETCDCTL_WATCH_RANGE_END"}

// fromEnvironment sets flags that were not given from variables. A value that
// does not parse is ignored, as the real one does.
func (c *ctl) fromEnvironment(flags *pflag.FlagSet) error {
	var used, shadowed []string
	flags.VisitAll(func(f *pflag.Flag) {
		name := variableOf(f.Name)
		if f.Changed {
			shadowed = append(shadowed, name)
			return
		}
		if value := c.variable(name); value != "" {
			used = append(used, name)
			_ = flags.Set(f.Name, value)
		}
	})
	return c.checkEnvironment(used, shadowed)
}

// variableOf is the variable that sets a flag.
func variableOf(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func (c *ctl) variable(name string) string {
	for _, v := range c.Environ {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// checkEnvironment warns of ETCDCTL_ variables that mean nothing, and refuses
// those that contradict a flag.
func (c *ctl) checkEnvironment(used, shadowed []string) error {
	for _, v := range c.Environ {
		name, _, _ := strings.Cut(v, "=")
		switch {
		case !strings.HasPrefix(v, envPrefix), slices.Contains(used, name), slices.Contains(watchVariables, name):
		case slices.Contains(shadowed, name):
			c.log(tool.Entry{
				Level: "fatal", Caller: "flags/flag.go:86",
				Text: "conflicting environment variable is shadowed by corresponding command-line flag (either unset environment variable or disable flag))",
				Fields: []tool.Field{
					{Key: "environment-variable", Value: name},
					{Key: "stacktrace", Value: "go.etcd.io/etcd/pkg/v3/flags.verifyEnv\n\tgo.etcd.io/etcd/pkg/v3@v" + tool.Version + "/flags/flag.go:86"},
				},
			})
			return &tool.Exit{Code: tool.ExitError}
		default:
			c.log(tool.Entry{
				Level: "warn", Caller: "flags/flag.go:94", Text: "unrecognized environment variable",
				Fields: []tool.Field{{Key: "environment-variable", Value: v}},
			})
		}
	}
	return nil
}
