package etcdutl

import (
	"errors"
	"fmt"
	"iter"
	"path"
	"strconv"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/event"
	"quorumlab/lab/files"
	"quorumlab/lab/internal/bootstrap"
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/snapfile"
)

// RestorePlan is everything that a restored data directory holds.
type RestorePlan struct {
	Name      string // of the member that will start on it
	ID        uint64 // its id
	Token     string // the cluster's
	ClusterID uint64
	Members   []*api.Member // of the new cluster, by id; PeerURLs and Name are set
	WALDir    string        // absolute

	Meta      snapfile.Meta               // leases and alarms; members are those above
	Revisions iter.Seq[snapfile.Revision] // the key space with its history
	Revision  int64                       // of the store
	Compact   int64                       // revision of the last compaction, -1 if there was none
	Hash      uint32                      // of the snapshot file
	Keys      int64                       // that are not deleted
}

type restoreOptions struct {
	name, dataDir, walDir        string
	cluster, token, peerURLs     string
	skipHashCheck, markCompacted bool
	bumpRevision, memoryMapBytes uint64
}

func (u *utl) restore() *cobra.Command {
	o := &restoreOptions{}
	command := &cobra.Command{
		Use: "restore <filename> --data-dir {output dir} [options]", Short: "Restores an etcd member snapshot to an etcd directory",
		RunE: func(_ *cobra.Command, args []string) error { return u.runRestore(args, o) },
	}
	f := command.Flags()
	f.StringVar(&o.dataDir, "data-dir", "", "Path to the output data directory")
	f.StringVar(&o.walDir, "wal-dir", "", "Path to the WAL directory (use --data-dir if none given)")
	f.StringVar(&o.cluster, "initial-cluster", "default=http://localhost:2380", "Initial cluster configuration for restore bootstrap")
	f.StringVar(&o.token, "initial-cluster-token", "etcd-cluster", "Initial cluster token for the etcd cluster during restore bootstrap")
	f.StringVar(&o.peerURLs, "initial-advertise-peer-urls", "http://localhost:2380", "List of this member's peer URLs to advertise to the rest of the cluster")
	f.StringVar(&o.name, "name", "default", "Human-readable name for this member")
	f.BoolVar(&o.skipHashCheck, "skip-hash-check", false, "Ignore snapshot integrity hash value (required if copied from data directory)")
	f.Uint64Var(&o.bumpRevision, "bump-revision", 0, "How much to increase the latest revision after restore")
	f.BoolVar(&o.markCompacted, "mark-compacted", false, "Mark the latest revision after restore as the point of scheduled compaction (required if --bump-revision > 0, disallowed otherwise)")
	f.Uint64Var(&o.memoryMapBytes, "initial-memory-map-size", 10737418240, "Initial memory map size of the database in bytes. It uses the default value if not defined or defined to 0")
	return command
}

func (u *utl) runRestore(args []string, o *restoreOptions) error {
	if len(args) != 1 {
		return tool.Fail(tool.ExitBadArgs, "snapshot restore requires exactly one argument")
	}
	if (o.bumpRevision > 0) != o.markCompacted {
		return tool.Fail(tool.ExitBadArgs, "--mark-compacted required if --revision-bump > 0")
	}
	if o.dataDir == "" {
		o.dataDir = o.name + ".etcd"
	}
	if o.walDir == "" {
		o.walDir = path.Join(o.dataDir, "member", "wal")
	}
	r := &restore{utl: u, restoreOptions: o, file: args[0]}
	if err := r.run(); err != nil {
		if _, ok := tool.AsExit(err); ok {
			return err
		}
		return exit(err)
	}
	return nil
}

// restore is one restore on its way.
type restore struct {
	*utl
	*restoreOptions
	file   string
	target bootstrap.Cluster
}

func (r *restore) run() error {
	var err error
	if r.target, err = r.bootstrap(); err != nil {
		return err
	}
	if err := r.checkTarget(); err != nil {
		return err
	}
	r.log("", "snapshot/v3_snapshot.go:305", "restoring snapshot", r.fields()...)
	snap, err := r.verified()
	if err != nil {
		return err
	}
	plan := r.plan(snap)
	r.logSteps(snap, plan)
	dir := r.Path(r.dataDir)
	if err := r.world.RestoreDataDir(dir, plan); err != nil {
		return err
	}
	r.log("", "snapshot/v3_snapshot.go:333", "restored snapshot", r.fields()...)
	r.emit(event.Event{
		Type: event.File, What: "restored", Path: dir, Member: r.name, Bytes: snap.Size,
		Rev: plan.Revision, Keys: plan.Keys, Hash: strconv.FormatUint(uint64(plan.Hash), 16),
	})
	return nil
}

func (r *restore) fields() []tool.Field {
	return []tool.Field{
		{Key: "path", Value: r.file}, {Key: "wal-dir", Value: r.walDir}, {Key: "data-dir", Value: r.dataDir},
		{Key: "snap-dir", Value: path.Join(r.dataDir, "member", "snap")},
		{Key: "initial-memory-map-size", Value: r.memoryMapBytes},
	}
}

// checkTarget wants a data directory that is missing or empty.
func (r *restore) checkTarget() error {
	dir := r.Path(r.dataDir)
	if _, err := r.Files.Stat(dir); err == nil {
		entries, err := r.Files.ReadDir(dir)
		if err != nil || len(entries) > 0 {
			return fmt.Errorf("data-dir %q not empty or could not be read", r.dataDir)
		}
	}
	if r.world.DataDirExists(dir) {
		return fmt.Errorf("data-dir %q not empty or could not be read", r.dataDir)
	}
	if _, err := r.Files.Stat(r.Path(r.walDir)); err == nil {
		return fmt.Errorf("wal-dir %q exists", r.walDir)
	}
	return nil
}

// verified reads the snapshot and checks it. A file that is refused after its
// first look leaves a half written data directory behind, as the real tool does.
func (r *restore) verified() (*snapfile.File, error) {
	b, err := r.Files.ReadFile(r.Path(r.file))
	if err != nil {
		return nil, named(err, r.file)
	}
	err = snapfile.Verify(b)
	if errors.Is(err, snapfile.ErrShort) {
		return nil, fmt.Errorf("seek %s: %w", r.file, err)
	}
	if err != nil && !r.skipHashCheck {
		return nil, errors.Join(err, r.leaveBehind(b))
	}
	f, _, err := r.open(r.file)
	if err != nil {
		return nil, errors.Join(err, r.leaveBehind(b))
	}
	return f, nil
}

func (r *restore) leaveBehind(b []byte) error {
	snap := r.Path(path.Join(r.dataDir, "member", "snap"))
	if err := r.Files.MkdirAll(snap, 0o700); err != nil {
		return err
	}
	err := r.Files.WriteFile(path.Join(snap, "db"), b, 0o600)
	if errors.Is(err, files.ErrNoSpace) {
		return nil // the reason for the refusal says enough
	}
	return err
}

// plan turns a snapshot and the flags into what the directory will hold.
func (r *restore) plan(snap *snapfile.File) RestorePlan {
	p := RestorePlan{
		Name: r.name, ID: r.target.Local, Token: r.token, ClusterID: r.target.ID, Members: r.target.Members,
		WALDir: r.Path(r.walDir), Meta: snap.Meta, Revisions: snap.Revisions(),
		Revision: snap.Latest(), Compact: -1, Hash: snap.Hash, Keys: snap.Keys,
	}
	p.Meta.Members, p.Meta.Removed = p.Members, nil
	if snap.CompactRevision > 0 {
		p.Compact = snap.CompactRevision
	}
	if r.bumpRevision > 0 {
		p.Revision = snap.Revision + int64(r.bumpRevision)
		p.Compact = p.Revision
		p.Revisions = bumped(p.Revisions, p.Revision)
	}
	p.Meta.CompactRevision = max(0, p.Compact)
	return p
}

// bumped adds what etcdutl adds to raise the revision: an empty change.
func bumped(revisions iter.Seq[snapfile.Revision], to int64) iter.Seq[snapfile.Revision] {
	return func(yield func(snapfile.Revision) bool) {
		for r := range revisions {
			if !yield(r) {
				return
			}
		}
		yield(snapfile.Revision{Main: to, KV: &api.KeyValue{}})
	}
}

func (r *restore) logSteps(snap *snapfile.File, plan RestorePlan) {
	const backend = "backend/backend.go:203"
	db := path.Join(r.dataDir, "member", "snap", "db")
	r.opened(backend, db)
	r.log("", "schema/membership.go:138", "Trimming membership information from the backend...")
	r.opened(backend, db)
	if r.bumpRevision > 0 {
		r.log("", "snapshot/v3_snapshot.go:396", "bumping latest revision",
			tool.Field{Key: "latest-revision", Value: snap.Revision},
			tool.Field{Key: "bump-amount", Value: r.bumpRevision},
			tool.Field{Key: "new-latest-revision", Value: plan.Revision})
		r.log("", "snapshot/v3_snapshot.go:413", "marking revision compacted", tool.Field{Key: "revision", Value: plan.Revision})
		r.opened(backend, db)
	}
	for _, m := range plan.Members {
		r.log("", "membership/cluster.go:424", "added member",
			tool.Field{Key: "cluster-id", Value: strconv.FormatUint(plan.ClusterID, 16)},
			tool.Field{Key: "local-member-id", Value: "0"},
			tool.Field{Key: "added-peer-id", Value: strconv.FormatUint(m.ID, 16)},
			tool.Field{Key: "added-peer-peer-urls", Value: m.PeerURLs},
			tool.Field{Key: "added-peer-is-learner", Value: false})
	}
	r.opened(backend, db)
}
