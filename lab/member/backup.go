package member

import (
	"bytes"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/mvcc"
	"quorumlab/lab/snapfile"
)

// snapshotFile is this member's key space as `etcdctl snapshot save` gets it.
func (m *Member) snapshotFile() []byte {
	m.machine.mu.Lock()
	index, snap := m.machine.index, m.machine.store.Snapshot()
	m.machine.mu.Unlock()
	meta := snapfile.Meta{
		Version: StorageVersion, CompactRevision: snap.Compact,
		Index: index, Term: m.raft.CurrentTerm(),
	}
	for _, info := range m.identity.Members {
		meta.Members = append(meta.Members, &api.Member{ID: info.ID, Name: info.Name, PeerURLs: info.PeerURLs})
	}
	var file bytes.Buffer
	_, _ = snapfile.Write(&file, meta, func(yield func(snapfile.Revision) bool) {
		for _, r := range snap.Revisions {
			if !yield(snapfile.Revision{Main: r.Main, Sub: r.Sub, Tombstone: r.Tombstone, KV: &r.KV}) {
				return
			}
		}
	})
	return file.Bytes()
}

// RestoredState is the state of a member whose data directory was made from a
// key space; index is that of the raft snapshot it becomes.
func RestoredState(index uint64, store mvcc.Snapshot) disk.State {
	return state{Index: index, Store: store}
}

// Content lists the keys of a raft snapshot's state as puts, at most so many,
// and its revision.
func Content(s disk.State, most int) (rev int64, ops []event.Op) {
	content, ok := s.(state)
	if !ok {
		var err error
		if content, err = decodeState(s.Encode()); err != nil {
			return 1, nil
		}
	}
	store := mvcc.New()
	store.Restore(content.Store)
	resp, err := store.Range(&api.RangeRequest{Key: []byte{0}, RangeEnd: []byte{0}, Limit: int64(most)})
	if err != nil {
		return store.Rev(), nil
	}
	for _, kv := range resp.Kvs {
		op := event.Op{Op: "put", Key: string(kv.Key), Create: kv.CreateRevision, Mod: kv.ModRevision, Version: kv.Version, Lease: kv.Lease}
		op.Value, op.Bytes = clip(kv.Value)
		ops = append(ops, op)
	}
	return store.Rev(), ops
}

// clip shortens a value to what events show; bytes is its length then, else 0.
func clip(value []byte) (shown string, bytes int64) {
	if len(value) > valueShown {
		return string(value[:valueShown]), int64(len(value))
	}
	return string(value), 0
}
