package mvcc

import (
	"fmt"

	"quorumlab/lab/api"
)

// Snapshot is the content of a store at one instant. It shares the store's
// revisions, which never change, and costs no copy.
type Snapshot struct {
	Revisions []*Revision // in order
	Rev       int64       // newest revision
	Compact   int64       // -1: never compacted
}

// Snapshot captures the store as it is.
func (s *Store) Snapshot() Snapshot {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return Snapshot{Revisions: s.log[:len(s.log):len(s.log)], Rev: s.rev, Compact: s.compact}
}

// Restore makes the store what the snapshot holds.
func (s *Store) Restore(snap Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append([]*Revision(nil), snap.Revisions...)
	s.rev, s.compact = snap.Rev, snap.Compact
	s.bytes, s.pages = 0, 0
	for _, r := range s.log {
		s.bytes += size(r)
	}
	s.rebuild()
}

// wireSnapshot and wireRevision are a snapshot as it travels between members.
type wireSnapshot struct {
	Rev       int64           `pb:"1"`
	Compact   int64           `pb:"2"`
	Revisions []*wireRevision `pb:"3"`
}

type wireRevision struct {
	Main      int64         `pb:"1"`
	Sub       int64         `pb:"2"`
	Tombstone bool          `pb:"3"`
	KV        *api.KeyValue `pb:"4"`
}

// Encode gives the snapshot as bytes.
func (snap Snapshot) Encode() []byte {
	wire := wireSnapshot{Rev: snap.Rev, Compact: snap.Compact}
	wire.Revisions = make([]*wireRevision, len(snap.Revisions))
	for i, r := range snap.Revisions {
		wire.Revisions[i] = &wireRevision{r.Main, r.Sub, r.Tombstone, &r.KV}
	}
	return api.Marshal(&wire)
}

// DecodeSnapshot reads what Encode wrote.
func DecodeSnapshot(b []byte) (Snapshot, error) {
	var wire wireSnapshot
	if err := api.Unmarshal(b, &wire); err != nil {
		return Snapshot{}, fmt.Errorf("mvcc: snapshot: %w", err)
	}
	snap := Snapshot{Rev: wire.Rev, Compact: wire.Compact}
	for _, r := range wire.Revisions {
		rev := &Revision{Main: r.Main, Sub: r.Sub, Tombstone: r.Tombstone}
		if r.KV != nil {
			rev.KV = *r.KV
		}
		snap.Revisions = append(snap.Revisions, rev)
	}
	return snap, nil
}
