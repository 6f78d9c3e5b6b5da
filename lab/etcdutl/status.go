package etcdutl

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"quorumlab/lab/event"
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/snapfile"
)

func (u *utl) snapshot() *cobra.Command {
	command := &cobra.Command{Use: "snapshot <subcommand>", Short: "Manages etcd node snapshots"}
	command.AddCommand(u.restore(), &cobra.Command{
		Use: "status <filename>", Short: "Gets backend snapshot status of a given file",
		Long: `When --write-out is set to simple, this command prints out comma-separated status lists for each endpoint.
The items in the lists are hash, revision, total keys, total size.
`,
		RunE: u.runStatus,
	})
	return command
}

// runStatus shows what is in a snapshot. Like the real one it does not look at
// the checksum.
func (u *utl) runStatus(command *cobra.Command, args []string) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "snapshot status requires exactly one argument")
	}
	as, err := format(command)
	if err != nil {
		return err
	}
	f, b, err := u.open(args[0])
	if err != nil {
		return err
	}
	s := status{Hash: f.Hash, Revision: f.Revision, TotalKey: f.Keys, TotalSize: f.Size, Version: f.Version}
	if err := u.print(as, s.report()); err != nil {
		return err
	}
	u.emit(event.Event{
		Type: event.File, What: "verified", Path: u.Path(args[0]), Bytes: int64(len(b)),
		Rev: f.Revision, Keys: f.Keys, Hash: strconv.FormatUint(uint64(f.Hash), 16),
	})
	return nil
}

// open parses a snapshot file. A file with a part missing kills the real tool:
// it runs off the end of its memory map.
func (u *utl) open(name string) (*snapfile.File, []byte, error) {
	b, err := u.read(name)
	if err != nil {
		return nil, nil, exit(err)
	}
	f, err := snapfile.Read(b)
	if errors.Is(err, snapfile.ErrDamaged) {
		fmt.Fprintf(u.Stderr, "%v 0x7f409560f000\nfatal error: fault\n[signal SIGBUS: bus error code=0x2 addr=0x7f409560f000 pc=0xa10f2a]\n", err)
		return nil, nil, &tool.Exit{Code: 2}
	}
	if err != nil {
		return nil, nil, exit(err)
	}
	return f, b, nil
}
