package disk

import "github.com/hashicorp/raft"

// What the database of a data directory knows beside its log: how far it is
// applied (etcd's consistent index). Entries up to there were committed.

// Applied notes that the log is applied up to an index. A dead process changes
// nothing.
func (h *Handle) Applied(index uint64) {
	h.dir.mu.Lock()
	defer h.dir.mu.Unlock()
	if !h.dead {
		h.dir.applied = index
	}
}

// Committed gives the entries of the log behind an index that are known to be
// committed. They must not be changed.
func (d *Dir) Committed(after uint64) []*raft.Log {
	d.mu.Lock()
	defer d.mu.Unlock()
	var logs []*raft.Log
	for _, l := range d.log[:d.synced] {
		if l.Index > after && l.Index <= d.applied {
			logs = append(logs, l)
		}
	}
	return logs
}

// Renew makes a snapshot the only content, as Put does, but keeps the term
// that the directory has come to.
func (d *Dir) Renew(id Identity, s *Snapshot) {
	d.mu.Lock()
	term := max(d.get64("CurrentTerm"), s.Meta.Term)
	d.mu.Unlock()
	d.Put(id, s)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stable["CurrentTerm"] = encode64(term)
	d.applied = s.Meta.Index
}
