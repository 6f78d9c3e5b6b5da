package disk

import (
	"bytes"
	"fmt"
	"io"

	"github.com/hashicorp/raft"
)

// State is a state machine's content in a form that never changes any more, so
// that keeping it costs no copy; Encode gives the bytes that travel when a
// member sends it to another. Decode reads them back.
type State interface {
	Encode() []byte
}

// Snapshot is one raft snapshot on disk.
type Snapshot struct {
	Meta  raft.SnapshotMeta
	State State
}

// Sink takes a snapshot in. A state machine on this machine hands its state
// over with SetState; one that arrives from another member is written as bytes.
type Sink struct {
	handle *Handle
	snap   *Snapshot
	buf    bytes.Buffer
	done   bool
}

// keptSnapshots is how many snapshots a directory keeps.
const keptSnapshots = 2

// Create implements raft.SnapshotStore.
func (h *Handle) Create(version raft.SnapshotVersion, index, term uint64, configuration raft.Configuration,
	configurationIndex uint64, _ raft.Transport) (raft.SnapshotSink, error) {
	h.writable()
	meta := raft.SnapshotMeta{
		Version: version, Index: index, Term: term,
		ID:            fmt.Sprintf("%016x-%016x", term, index),
		Configuration: configuration, ConfigurationIndex: configurationIndex,
	}
	return &Sink{handle: h, snap: &Snapshot{Meta: meta}}, nil
}

// List implements raft.SnapshotStore: the newest first.
func (h *Handle) List() ([]*raft.SnapshotMeta, error) {
	h.lock()
	defer h.dir.mu.Unlock()
	var metas []*raft.SnapshotMeta
	for i := len(h.dir.snapshots) - 1; i >= 0; i-- {
		meta := h.dir.snapshots[i].Meta
		metas = append(metas, &meta)
	}
	return metas, nil
}

// Open implements raft.SnapshotStore. The reader also is a Stateful.
func (h *Handle) Open(id string) (*raft.SnapshotMeta, io.ReadCloser, error) {
	h.lock()
	defer h.dir.mu.Unlock()
	for _, s := range h.dir.snapshots {
		if s.Meta.ID == id {
			meta := s.Meta
			encoded := s.State.Encode()
			meta.Size = int64(len(encoded))
			return &meta, reader{bytes.NewReader(encoded), s.State}, nil
		}
	}
	return nil, nil, fmt.Errorf("snapshot %s is not there", id)
}

// Stateful is a reader of a snapshot whose state is at hand without decoding.
type Stateful interface{ State() State }

type reader struct {
	*bytes.Reader
	state State
}

func (reader) Close() error   { return nil }
func (r reader) State() State { return r.state }

// ID implements raft.SnapshotSink.
func (s *Sink) ID() string { return s.snap.Meta.ID }

// Write implements raft.SnapshotSink, for a snapshot that comes from a leader.
func (s *Sink) Write(p []byte) (int, error) { return s.buf.Write(p) }

// SetState hands over the state of this machine.
func (s *Sink) SetState(state State) { s.snap.State = state }

// Close implements raft.SnapshotSink: the snapshot is synced and kept.
func (s *Sink) Close() error {
	if s.done {
		return nil
	}
	s.done = true
	installed := s.snap.State == nil
	if installed {
		s.snap.State = Encoded(bytes.Clone(s.buf.Bytes()))
	}
	h := s.handle
	h.writable()
	h.fsync()
	h.lock()
	h.dir.snapshots = append(h.dir.snapshots, s.snap)
	if n := len(h.dir.snapshots); n > keptSnapshots {
		h.dir.snapshots = append([]*Snapshot(nil), h.dir.snapshots[n-keptSnapshots:]...)
	}
	h.dir.mu.Unlock()
	h.on.Snapshot(s.snap, installed)
	return nil
}

// Cancel implements raft.SnapshotSink.
func (s *Sink) Cancel() error {
	s.done = true
	return nil
}

// Encoded is a state that is only known as bytes.
type Encoded []byte

// Encode gives the bytes.
func (e Encoded) Encode() []byte { return e }
