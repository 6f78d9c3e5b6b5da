package mvcc

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
