package member

import (
	"bytes"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/mvcc"
	"quorumlab/lab/snapfile"
)

// Database is the key space as the database file of the data directory holds
// it: a snapshot without its checksum.
func (m *Member) Database() []byte {
	file := m.snapshotFile()
	return file[:len(file)-snapfile.SumBytes]
}

// DatabaseOf is Database for a directory that no process has open: what is
// known there to be committed.
func DatabaseOf(dir *disk.Dir) []byte {
	content := state{Store: mvcc.New().Snapshot()}
	if m, _, _, err := replay(dir); err == nil {
		content = m.content()
	}
	file := encodeFile(snapfile.Meta{Version: StorageVersion, Index: content.Index}, content)
	return file[:len(file)-snapfile.SumBytes]
}

func stateOf(s disk.State) (state, error) {
	if content, ok := s.(state); ok {
		return content, nil
	}
	return decodeState(s.Encode())
}

func encodeFile(meta snapfile.Meta, content state) []byte {
	snap := content.Store
	meta.CompactRevision, meta.Members, meta.Removed = snap.Compact, content.Roster.Members, content.Roster.Removed
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

// snapshotFile is this member's key space as `etcdctl snapshot save` gets it.
func (m *Member) snapshotFile() []byte {
	m.machine.mu.Lock()
	content := m.machine.content()
	m.machine.mu.Unlock()
	return encodeFile(snapfile.Meta{Version: StorageVersion, Index: content.Index, Term: m.raft.CurrentTerm()}, content)
}

// RestoredState is the state of a member whose data directory was made from a
// key space; index is that of the raft snapshot it becomes, members are those
// of the new cluster, by ID.
func RestoredState(index uint64, store mvcc.Snapshot, members []*api.Member) disk.State {
	s := state{Index: index, Store: store, Roster: rosterState{Members: members}}
	for _, m := range members {
		s.Roster.Servers = append(s.Roster.Servers, m.ID)
	}
	return s
}

// Content lists the keys of a raft snapshot's state as puts, at most so many,
// and its revision.
func Content(s disk.State, most int) (rev int64, ops []event.Op) {
	content, err := stateOf(s)
	if err != nil {
		return 1, nil
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
