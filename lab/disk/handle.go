package disk

import (
	"encoding/binary"
	"errors"
	"runtime"
	"time"

	"github.com/hashicorp/raft"
)

// Watcher hears what reached the disk. Calls come after the fsync, from
// whichever goroutine wrote.
type Watcher struct {
	Appended  func(first, last, term uint64)
	Truncated func(first, last uint64) // a suffix that conflicted with the leader's log
	Compacted func(first uint64)       // the log begins at first now (0: it is empty)
	Term      func(term uint64)
	Voted     func(term uint64, candidate []byte)
	Snapshot  func(s *Snapshot, installed bool)
	Slow      func(took time.Duration) // an fsync took longer than a second
	Synced    func(took time.Duration) // of every fsync; may be nil
	Failed    func(reason string)      // the process cannot go on
	Pause     func()                   // returns when the process is not paused
	Share     func(*raft.Log)          // may replace Data by an equal slice that others use too
}

// Handle is a data directory as one process has it open.
type Handle struct {
	dir  *Dir
	disk *Disk
	on   Watcher
	dead bool // guarded by dir.mu
}

// Open opens the directory for a process. All functions of on must be set but Synced.
func (d *Dir) Open(disk *Disk, on Watcher) *Handle {
	return &Handle{dir: d, disk: disk, on: on}
}

// Kill takes the directory away from its process: what was not synced is lost
// and every further call ends its goroutine.
func (h *Handle) Kill() {
	h.dir.mu.Lock()
	defer h.dir.mu.Unlock()
	if !h.dead {
		h.dead = true
		h.dir.crash()
	}
}

// lock takes the directory's lock, or ends the goroutine if the process is dead.
func (h *Handle) lock() {
	h.dir.mu.Lock()
	if h.dead {
		h.dir.mu.Unlock()
		runtime.Goexit()
	}
}

// writable ends the process if nothing can be written.
func (h *Handle) writable() {
	h.on.Pause()
	if _, full := h.disk.State(); full {
		h.on.Failed("write: no space left on device")
		runtime.Goexit()
	}
}

// slowFsync is etcd's warnSyncDuration (storage/wal/wal.go).
const slowFsync = time.Second

func (h *Handle) fsync() {
	d, _ := h.disk.State()
	if d > 0 {
		time.Sleep(d)
	}
	h.on.Pause()
	if h.on.Synced != nil {
		h.on.Synced(d)
	}
	if d > slowFsync {
		h.on.Slow(d)
	}
}

// FirstIndex implements raft.LogStore.
func (h *Handle) FirstIndex() (uint64, error) {
	h.lock()
	defer h.dir.mu.Unlock()
	if len(h.dir.log) == 0 {
		return 0, nil
	}
	return h.dir.first, nil
}

// LastIndex implements raft.LogStore.
func (h *Handle) LastIndex() (uint64, error) {
	h.lock()
	defer h.dir.mu.Unlock()
	if len(h.dir.log) == 0 {
		return 0, nil
	}
	return h.dir.first + uint64(len(h.dir.log)) - 1, nil
}

// GetLog implements raft.LogStore.
func (h *Handle) GetLog(index uint64, log *raft.Log) error {
	h.lock()
	defer h.dir.mu.Unlock()
	if len(h.dir.log) == 0 || index < h.dir.first || index-h.dir.first >= uint64(len(h.dir.log)) {
		return raft.ErrLogNotFound
	}
	*log = *h.dir.log[index-h.dir.first]
	return nil
}

// StoreLog implements raft.LogStore.
func (h *Handle) StoreLog(log *raft.Log) error { return h.StoreLogs([]*raft.Log{log}) }

// StoreLogs implements raft.LogStore: it returns when the entries are synced.
func (h *Handle) StoreLogs(logs []*raft.Log) error {
	if len(logs) == 0 {
		return nil
	}
	h.writable()
	h.lock()
	d := h.dir
	if len(d.log) == 0 {
		d.first = logs[0].Index
	}
	if want := d.first + uint64(len(d.log)); logs[0].Index != want {
		// A gap: what lay here belongs to a time before a snapshot.
		d.first, d.log, d.synced = logs[0].Index, nil, 0
	}
	copies := make([]raft.Log, len(logs)) // raft's own may be part of something larger
	for i, l := range logs {
		copies[i] = *l
		h.on.Share(&copies[i])
		d.log = append(d.log, &copies[i])
	}
	d.mu.Unlock()
	h.fsync()
	h.lock()
	d.synced = len(d.log)
	d.mu.Unlock()
	h.announce(logs)
	return nil
}

// announce reports appended entries, one run of equal term at a time.
func (h *Handle) announce(logs []*raft.Log) {
	start := 0
	for i := 1; i <= len(logs); i++ {
		if i == len(logs) || logs[i].Term != logs[start].Term {
			h.on.Appended(logs[start].Index, logs[i-1].Index, logs[start].Term)
			start = i
		}
	}
}

// DeleteRange implements raft.LogStore.
func (h *Handle) DeleteRange(low, high uint64) error {
	h.writable()
	h.lock()
	d := h.dir
	last := d.first + uint64(len(d.log)) - 1
	switch {
	case len(d.log) == 0 || high < d.first || low > last:
		d.mu.Unlock()
		return nil
	case high >= last && low > d.first:
		d.log = d.log[:low-d.first]
		d.synced = min(d.synced, len(d.log))
		d.mu.Unlock()
		h.fsync()
		h.on.Truncated(low, last)
		return nil
	}
	n := copy(d.log, d.log[min(high-d.first+1, uint64(len(d.log))):]) // in place: the log soon is as long again
	clear(d.log[n:])
	d.log = d.log[:n]
	d.first = high + 1
	if len(d.log) == 0 {
		d.first = 0
	}
	d.synced = len(d.log)
	first := d.first
	d.mu.Unlock()
	h.fsync()
	h.on.Compacted(first)
	return nil
}

// Set implements raft.StableStore.
func (h *Handle) Set(key, value []byte) error {
	h.writable()
	h.lock()
	h.dir.mu.Unlock()
	h.fsync()
	h.lock()
	h.dir.stable[string(key)] = append([]byte(nil), value...)
	term := h.dir.get64("LastVoteTerm")
	h.dir.mu.Unlock()
	switch string(key) {
	case "CurrentTerm":
		h.on.Term(binary.BigEndian.Uint64(value))
	case "LastVoteCand":
		h.on.Voted(term, value)
	}
	return nil
}

// Get implements raft.StableStore.
func (h *Handle) Get(key []byte) ([]byte, error) {
	h.lock()
	defer h.dir.mu.Unlock()
	v, ok := h.dir.stable[string(key)]
	if !ok {
		return nil, errNotFound
	}
	return v, nil
}

// errNotFound's text is what raft looks for in an unset key's error.
var errNotFound = errors.New("not found")

// SetUint64 implements raft.StableStore.
func (h *Handle) SetUint64(key []byte, v uint64) error { return h.Set(key, encode64(v)) }

// GetUint64 implements raft.StableStore.
func (h *Handle) GetUint64(key []byte) (uint64, error) {
	v, err := h.Get(key)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint64(v), nil
}

func (d *Dir) get64(key string) uint64 {
	if v := d.stable[key]; len(v) == 8 {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

func encode64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }
