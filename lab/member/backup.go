package member

import (
	"bytes"
	"io"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/lease"
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
	file := encodeFile(snapfile.Meta{Index: content.Index}, content)
	return file[:len(file)-snapfile.SumBytes]
}

func stateOf(s disk.State) (state, error) {
	if content, ok := s.(state); ok {
		return content, nil
	}
	return decodeState(s.Encode())
}

func encodeFile(meta snapfile.Meta, content state) []byte {
	var file bytes.Buffer
	file.Grow(roomFor(content.Store))
	_, _ = writeFile(&file, meta, content) // a buffer takes all
	return file.Bytes()
}

// writeFile completes meta and writes a snapshot file. The only errors are w's
// own.
func writeFile(w io.Writer, meta snapfile.Meta, content state) (snapfile.Info, error) {
	snap := content.Store
	meta.CompactRevision, meta.Alarms = snap.Compact, content.Alarms
	meta.Auth, meta.Version = content.Auth, content.Version.cluster()
	for _, l := range content.Leases {
		meta.Leases = append(meta.Leases, snapfile.Lease{ID: l.ID, TTL: l.TTL})
	}
	meta.Members, meta.Removed = content.Roster.Members, content.Roster.Removed
	return snapfile.Write(w, meta, func(yield func(snapfile.Revision) bool) {
		for _, r := range snap.Revisions {
			if !yield(snapfile.Revision{Main: r.Main, Sub: r.Sub, Tombstone: r.Tombstone, KV: &r.KV}) {
				return
			}
		}
	})
}

// roomFor is about how many bytes a file will have: it is not copied as it grows.
func roomFor(snap mvcc.Snapshot) int {
	room := 64 << 10
	for _, r := range snap.Revisions {
		room += len(r.KV.Key) + len(r.KV.Value) + 48
	}
	return room
}

// captured is what a snapshot file of this member holds now.
func (m *Member) captured() (snapfile.Meta, state) {
	m.machine.mu.Lock()
	content := m.machine.content()
	m.machine.mu.Unlock()
	return snapfile.Meta{Index: content.Index, Term: m.raft.CurrentTerm()}, content
}

// snapshotFile is this member's key space as `etcdctl snapshot save` gets it.
func (m *Member) snapshotFile() []byte { return encodeFile(m.captured()) }

// RestoredState is the state of a member whose data directory was made from a
// key space, with its users, leases and alarms; index is that of the raft
// snapshot it becomes. The members in meta are those of the new cluster, by ID.
func RestoredState(index uint64, store mvcc.Snapshot, meta snapfile.Meta) disk.State {
	s := state{Index: index, Store: store, Auth: meta.Auth, Alarms: meta.Alarms, Roster: rosterState{Members: meta.Members}}
	for _, m := range meta.Members {
		s.Roster.Servers = append(s.Roster.Servers, m.ID)
	}
	for _, l := range meta.Leases {
		s.Leases = append(s.Leases, lease.Lease{ID: l.ID, TTL: l.TTL})
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
		op := event.Op{Op: "put", Key: string(kv.Key), Create: kv.CreateRevision, Mod: kv.ModRevision, Version: kv.Version, Lease: leaseText(kv.Lease)}
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
	return sharedText(value), 0
}
