package etcdutl

import (
	"errors"

	"github.com/spf13/cobra"

	"quorumlab/lab/snapfile"
)

func (u *utl) hashKV() *cobra.Command {
	var rev int64
	command := &cobra.Command{
		Use: "hashkv <filename>", Short: "Prints the KV history hash of a given file", Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error { return u.runHashKV(command, args[0], rev) },
	}
	command.Flags().Int64Var(&rev, "rev", 0, "maximum revision to hash (default: latest revision)")
	return command
}

// runHashKV opens the file for writing, as the real one does: afterwards its
// checksum fits no longer.
func (u *utl) runHashKV(command *cobra.Command, name string, rev int64) error {
	as, err := format(command)
	if err != nil {
		return err
	}
	f, b, err := u.open(name)
	if err != nil {
		return err
	}
	if snapfile.Touch(b) {
		if err := u.Files.WriteFile(u.Path(name), b, 0o600); err != nil {
			return exit(named(err, name))
		}
	}
	latest, compact := f.Latest(), f.CompactRevision
	if compact <= 0 {
		compact = -1
	}
	switch {
	case rev > latest:
		return exit(errors.New("mvcc: required revision is a future revision"))
	case rev > 0 && rev < compact:
		return exit(errors.New("mvcc: required revision has been compacted"))
	case rev <= 0:
		rev = latest
	}
	return u.print(as, hash{snapfile.HashKV(f.Revisions(), rev, compact), rev, compact}.report())
}
