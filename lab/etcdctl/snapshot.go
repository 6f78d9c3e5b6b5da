package etcdctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/event"
	"quorumlab/lab/files"
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/snapfile"
)

const snapshotExamples = `# Save snapshot to a given file
etcdctl snapshot save /backup/etcd-snapshot.db

# Get snapshot from given address and save it to file
etcdctl snapshot save --endpoints=127.0.0.1:3000 /backup/etcd-snapshot.db

# Get snapshot from given address with certificates
etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/ca.crt --cert=/etc/etcd/etcd.crt --key=/etc/etcd/etcd.key snapshot save /backup/etcd-snapshot.db

# Get snapshot wih certain user and password
etcdctl --user=root --password=password123 snapshot save /backup/etcd-snapshot.db

# Get snapshot from given address with timeout
etcdctl --endpoints=https://127.0.0.1:2379 --dial-timeout=20s snapshot save /backup/etcd-snapshot.db

# Save snapshot with desirable time format
etcdctl snapshot save /mnt/backup/etcd/backup_$(date +%Y%m%d_%H%M%S).db`

func (c *ctl) snapshot() *cobra.Command {
	command := &cobra.Command{Use: "snapshot <subcommand>", Short: "Manages etcd node snapshots", Example: snapshotExamples}
	command.AddCommand(&cobra.Command{
		Use: "save <filename>", Short: "Stores an etcd node backend snapshot to a given file", Example: snapshotExamples,
		RunE: c.runSnapshotSave,
	})
	return command
}

// runSnapshotSave has no timeout unless --command-timeout was given, as the
// real one.
func (c *ctl) runSnapshotSave(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "snapshot save expects one argument <filename>")
	}
	if err := c.prepare(command); err != nil {
		return err
	}
	endpoints := endpointsOf(command)
	if len(endpoints) != 1 {
		return tool.Fail(tool.ExitInterrupted, "snapshot must be requested to one selected node, not multiple %v", endpoints)
	}
	ctx := c.Ctx
	if command.Flags().Changed("command-timeout") {
		limited, cancel := c.timeout(command)
		defer cancel()
		ctx = limited
	}
	cli, err := c.client(command, endpoints, "client")
	if err != nil {
		return err
	}
	defer cli.Close()
	s := &save{ctl: c, path: args[0], endpoint: endpoints[0]}
	if err := s.run(ctx, cli); err != nil {
		return &tool.Exit{Code: tool.ExitInterrupted, Err: err}
	}
	fmt.Fprintln(c.Stdout, "Snapshot saved at", s.path)
	if s.version != "" {
		fmt.Fprintln(c.Stdout, "Server version", s.version)
	}
	return nil
}

// save is one download.
type save struct {
	*ctl
	path, endpoint string
	file           *files.File
	opened         bool // the stream
	bytes          int64
	version        string
	member         uint64
}

func (s *save) info(logger, caller, text string, fields ...tool.Field) {
	s.log(tool.Entry{Level: "info", Logger: logger, Caller: caller, Text: text, Fields: fields})
}

func (s *save) run(ctx context.Context, cli client.Client) error {
	part := s.path + ".part"
	start := s.Now()
	file, err := s.Files.Create(s.Path(part), 0o600)
	if err != nil {
		return fmt.Errorf("could not open %s (%w)", part, named(err, part))
	}
	s.file = file
	defer func() { _ = file.Close() }()
	s.info("", "snapshot/v3_snapshot.go:83", "created temporary db file", tool.Field{Key: "path", Value: part})
	if err := cli.Snapshot(ctx, s.chunk); err != nil {
		return s.broken(ctx, err)
	}
	s.begin()
	s.info("client", "v3@v"+tool.Version+"/maintenance.go:302", "completed snapshot read; closing")
	if !snapfile.HasSum(int(s.bytes)) {
		return fmt.Errorf("sha256 checksum not found [bytes: %d]", s.bytes)
	}
	if err := file.Sync(); err != nil {
		return named(err, part)
	}
	s.info("", "snapshot/v3_snapshot.go:111", "fetched snapshot",
		tool.Field{Key: "endpoint", Value: s.endpoint},
		tool.Field{Key: "size", Value: tool.Bytes(s.bytes)},
		tool.Field{Key: "took", Value: s.Now().Sub(start).String()},
		tool.Field{Key: "etcd-version", Value: s.version})
	if err := s.Files.Rename(s.Path(part), s.Path(s.path)); err != nil {
		return fmt.Errorf("could not rename %s to %s (%w)", part, s.path, named(err, part))
	}
	s.info("", "snapshot/v3_snapshot.go:121", "saved", tool.Field{Key: "path", Value: s.path})
	s.tell()
	return nil
}

// begin logs, once, that the stream is open.
func (s *save) begin() {
	if s.opened {
		return
	}
	s.opened = true
	s.info("client", "v3@v"+tool.Version+"/maintenance.go:236", "opened snapshot stream; downloading")
	s.info("", "snapshot/v3_snapshot.go:96", "fetching snapshot", tool.Field{Key: "endpoint", Value: s.endpoint})
}

func (s *save) chunk(m *api.SnapshotResponse) error {
	s.begin()
	if m.Version != "" {
		s.version = m.Version
	}
	s.member = m.Header.MemberID
	n, err := s.file.Write(m.Blob)
	s.bytes += int64(n)
	if err != nil {
		return named(err, s.path+".part")
	}
	return nil
}

// broken tells how far the stream came and gives the error to print.
func (s *save) broken(ctx context.Context, err error) error {
	var status *client.Error
	if !errors.As(err, &status) { // our own disk
		return err
	}
	if !s.opened && (status.Code == client.DeadlineExceeded || status.Code == client.Unavailable || status.Code == client.Canceled) {
		s.log(tool.Entry{
			Level: "error", Logger: "client", Caller: "v3@v" + tool.Version + "/retry_interceptor.go:134",
			Text: "streamer failed to create ClientStream",
			Fields: []tool.Field{
				{Key: "error", Value: err.Error()},
				{Key: "stacktrace", Value: "go.etcd.io/etcd/client/v3.(*Client).streamClientInterceptor.func1\n\tgo.etcd.io/etcd/client/v3@v" + tool.Version + "/retry_interceptor.go:134"},
			},
		})
	} else {
		if !s.opened {
			s.info("client", "v3@v"+tool.Version+"/maintenance.go:236", "opened snapshot stream; downloading")
		}
		s.log(tool.Entry{
			Level: "warn", Logger: "client", Caller: "v3@v" + tool.Version + "/maintenance.go:304",
			Text:   "failed to receive from snapshot stream; closing",
			Fields: []tool.Field{{Key: "error", Value: err.Error()}},
		})
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// tell makes the `file` event.
func (s *save) tell() {
	if s.saved == nil {
		return
	}
	e := event.Event{Type: event.File, What: "saved", Path: s.Path(s.path), Bytes: s.bytes}
	if b, err := s.Files.ReadFile(e.Path); err == nil {
		if f, err := snapfile.Read(b); err == nil {
			e.Rev, e.Keys, e.Hash = f.Latest(), f.Keys, strconv.FormatUint(uint64(f.Hash), 16)
		}
	}
	s.saved(e, s.member)
}

// named is a file's error with the name that was given instead of the absolute
// one.
func named(err error, name string) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return &fs.PathError{Op: path.Op, Path: name, Err: path.Err}
	}
	return err
}
