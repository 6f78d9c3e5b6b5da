package etcdutl

import (
	"fmt"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"quorumlab/lab/internal/tool"
)

// pageBytes is bbolt's page size.
const pageBytes = 4096

func (u *utl) defrag() *cobra.Command {
	var dir string
	command := &cobra.Command{
		Use: "defrag", Short: "Defragments the storage of the etcd",
		RunE: func(*cobra.Command, []string) error { return u.runDefrag(dir) },
	}
	command.Flags().StringVar(&dir, "data-dir", "", "Required. Defragments a data directory not in use by etcd.")
	_ = command.MarkFlagRequired("data-dir")
	return command
}

// runDefrag finds nothing to do: the lab's databases have no free pages.
func (u *utl) runDefrag(dir string) error {
	db := path.Join(dir, "member", "snap", "db")
	entry, err := u.Files.Stat(u.Path(db))
	if err != nil {
		return tool.Fail(tool.ExitError, "Failed to defragment etcd data[%s] (%w)", dir, named(err, db))
	}
	start := u.Now()
	u.opened("backend/backend.go:203", db)
	size := entry.Bytes - entry.Bytes%pageBytes
	inUse := size * 3 / 5 / pageBytes * pageBytes
	sizes := func(diff bool) []tool.Field {
		fields := []tool.Field{{Key: "path", Value: db}}
		for _, s := range []struct {
			name  string
			bytes int64
		}{{"current-db-size", size}, {"current-db-size-in-use", inUse}} {
			if diff {
				fields = append(fields, tool.Field{Key: s.name + "-bytes-diff", Value: 0})
			}
			fields = append(fields, tool.Field{Key: s.name + "-bytes", Value: s.bytes}, tool.Field{Key: s.name, Value: tool.Bytes(s.bytes)})
		}
		return fields
	}
	u.log("", "backend/backend.go:522", "defragmenting", sizes(false)...)
	u.opened("backend/backend.go:574", db)
	took := tool.Field{Key: "took", Value: u.Now().Sub(start).String()}
	u.log("", "backend/backend.go:592", "finished defragmenting directory", append(sizes(true), took)...)
	return nil
}

func (u *utl) migrate() *cobra.Command {
	var dir, target string
	command := &cobra.Command{
		Use: "migrate", Short: "Migrates schema of etcd data dir files to make them compatible with different etcd version",
		RunE: func(*cobra.Command, []string) error { return u.runMigrate(dir, target) },
	}
	f := command.Flags()
	f.Bool("force", false, "Ignore migration failure and forcefully override storage version. Not recommended.")
	f.StringVar(&target, "target-version", "", `Target etcd version to migrate contents of data dir. Minimal value 3.5. Format "X.Y" for example 3.6.`)
	f.StringVar(&dir, "data-dir", "", "Path to the etcd data dir")
	_ = command.MarkFlagRequired("data-dir")
	_ = command.MarkFlagRequired("target-version")
	return command
}

func (u *utl) runMigrate(dir, target string) error {
	var major, minor int
	n, err := fmt.Sscanf(target, "%d.%d", &major, &minor)
	if n != 2 || err != nil || strings.Count(target, ".") != 1 {
		return tool.Fail(tool.ExitBadArgs, "wrong target version format, expected \"X.Y\", got %q", target)
	}
	db := path.Join(dir, "member", "snap", "db")
	if _, err := u.Files.Stat(u.Path(db)); err != nil {
		return exit(named(err, db))
	}
	u.opened("backend/backend.go:203", db)
	if target != tool.APIVersion {
		return tool.Fail(tool.ExitError, "the lab's data directories have storage version %s only", tool.APIVersion)
	}
	u.log("", "etcdutl/migrate_command.go:139", "storage version up-to-date", tool.Field{Key: "storage-version", Value: target})
	return nil
}
