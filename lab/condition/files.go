package condition

import (
	"path"
	"slices"

	"quorumlab/lab/event"
)

// home is where the learner's relative paths begin.
const home = "/home/learner"

// files are the snapshots the learner made.
type files struct {
	byPath map[string]*snapshot
	byHash map[string]*snapshot // also of files that are gone
}

// snapshot is a file that `etcdctl snapshot save` wrote, or a copy of one.
type snapshot struct {
	path     string
	hash     string
	rev      int64
	keys     int64
	bytes    int64
	atMicros int64
	verified bool // etcdutl snapshot status has read it whole
}

func absolute(p string) string {
	if !path.IsAbs(p) {
		p = path.Join(home, p)
	}
	return path.Clean(p)
}

func (m *Model) observeFile(e *event.Event) {
	p := absolute(e.Path)
	switch e.What {
	case "saved":
		m.saveFile(p, e)
	case "verified":
		m.verifyFile(p, e)
	case "removed":
		delete(m.files.byPath, p)
	}
}

func (m *Model) saveFile(p string, e *event.Event) {
	if m.files.byPath == nil {
		m.files.byPath, m.files.byHash = map[string]*snapshot{}, map[string]*snapshot{}
	}
	s := &snapshot{path: p, hash: e.Hash, rev: e.Rev, keys: e.Keys, bytes: e.Bytes, atMicros: e.T}
	m.files.byPath[p], m.files.byHash[e.Hash] = s, s
}

// verifyFile marks a snapshot as verified. A path nobody saved to is a copy if
// its hash is that of a snapshot; otherwise it is none of ours.
func (m *Model) verifyFile(p string, e *event.Event) {
	original := m.files.byHash[e.Hash]
	if s := m.files.byPath[p]; s != nil && (s.hash == e.Hash || e.Hash == "") {
		s.verified = true
		return
	}
	if original == nil || e.Hash == "" {
		return
	}
	duplicate := *original
	duplicate.path, duplicate.verified = p, true
	m.files.byPath[p] = &duplicate
}

func (m *Model) saved(p string) *snapshot { return m.files.byPath[absolute(p)] }

// snapshots are the files that are there, oldest first.
func (m *Model) snapshots() []*snapshot {
	var all []*snapshot
	for _, s := range m.files.byPath {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *snapshot) int {
		if a.atMicros != b.atMicros {
			return int(a.atMicros - b.atMicros)
		}
		if a.path < b.path {
			return -1
		}
		return 1
	})
	return all
}
