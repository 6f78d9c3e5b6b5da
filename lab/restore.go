package lab

import (
	"fmt"

	"github.com/hashicorp/raft"

	"quorumlab/lab/disk"
	"quorumlab/lab/etcdutl"
	"quorumlab/lab/event"
	"quorumlab/lab/member"
	"quorumlab/lab/mvcc"
)

// RestoreDataDir implements etcdutl.Restorer: the directory becomes that of a
// member whose raft log begins with a snapshot of the restored key space, as
// etcdutl leaves one (term 1, an index for each founding member).
func (w *World) RestoreDataDir(path string, plan etcdutl.RestorePlan) error {
	id := disk.Identity{
		ClusterID: plan.ClusterID, MemberID: plan.ID,
		History: fmt.Sprintf("%x restored %x", plan.ClusterID, plan.Hash),
	}
	var servers raft.Configuration
	for _, m := range plan.Members {
		info := disk.MemberInfo{ID: m.ID, Name: m.Name, PeerURLs: m.PeerURLs}
		id.Members = append(id.Members, info)
		servers.Servers = append(servers.Servers, member.Server(info))
	}
	store := mvcc.Snapshot{Rev: plan.Revision, Compact: plan.Compact}
	for r := range plan.Revisions {
		store.Revisions = append(store.Revisions, &mvcc.Revision{Main: r.Main, Sub: r.Sub, Tombstone: r.Tombstone, KV: *r.KV})
	}
	index := uint64(len(plan.Members))
	dir := disk.NewDir()
	dir.Put(id, &disk.Snapshot{
		Meta: raft.SnapshotMeta{
			Version: raft.SnapshotVersionMax, ID: fmt.Sprintf("%016x-%016x", 1, index), Index: index, Term: 1,
			Configuration: servers, ConfigurationIndex: 1,
		},
		State: member.RestoredState(index, store, plan.Meta),
	})
	w.mu.Lock()
	mounted := w.dirs[path] != nil
	w.dirs[path] = dir
	w.mu.Unlock()
	if !mounted {
		w.mountDir(path)
	}
	if n := w.ownerOf(path); n != nil {
		n.corrupt = false
		w.Emit(event.Event{Type: event.Snapshot, Member: n.name, What: "restored", Index: index, Term: 1, Rev: plan.Revision})
	}
	return nil
}

// DataDirExists implements etcdutl.Restorer.
func (w *World) DataDirExists(path string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.dirs[path]
	return d != nil && !d.Empty()
}

// ownerOf is the member that is started on a data directory, or nil.
func (w *World) ownerOf(path string) *node {
	for _, n := range w.machines() {
		if n.dataDir == path {
			return n
		}
	}
	return nil
}
