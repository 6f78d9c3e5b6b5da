// Package disk simulates a member's disk: the raft log, the stable store and
// raft's snapshots of one data directory, with the latency of fsync, with
// disks that are full, slow or damaged, and with what a kill -9 takes away:
// whatever was not yet synced.
//
// A Dir is what lies on the disk and outlives processes. A Handle is one
// process's open directory; it implements raft's LogStore, StableStore and
// SnapshotStore. raft answers a store's error with a panic, so a Handle never
// returns one for a fault: a call on a dead or failed disk ends its goroutine
// (runtime.Goexit), and the member is told (Disk.Failed).
package disk

import (
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// Disk is the device of one machine. It is safe for concurrent use.
type Disk struct {
	mu    sync.Mutex
	fsync time.Duration
	full  bool
}

// New makes a disk whose fsync takes so long.
func New(fsync time.Duration) *Disk { return &Disk{fsync: fsync} }

// SetFsync changes the time of an fsync.
func (d *Disk) SetFsync(t time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fsync = t
}

// SetFull makes every write fail with ENOSPC, or ends that.
func (d *Disk) SetFull(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

// State tells the time of an fsync and whether the disk is full.
func (d *Disk) State() (fsync time.Duration, full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fsync, d.full
}

// Identity is what a data directory knows of the cluster it belongs to, as
// etcd keeps it in the metadata of its write-ahead log.
type Identity struct {
	ClusterID uint64
	MemberID  uint64
	Members   []MemberInfo // the membership the directory was made with
	History   string       // names this life of the cluster: two with one ID may have begun apart
}

// MemberInfo is one member of Identity.Members.
type MemberInfo struct {
	ID       uint64
	Name     string
	PeerURLs []string
}

// Dir is the content of one data directory. It is safe for concurrent use.
type Dir struct {
	mu        sync.Mutex
	identity  *Identity
	first     uint64      // index of log[0]; 0 if the log is empty
	log       []*raft.Log // pointers: a log that grows is copied often
	synced    int         // so many of log survive a kill
	stable    map[string][]byte
	snapshots []*Snapshot // oldest first, two at most
	applied   uint64      // the state machine came so far: entries up to it were committed
	corrupt   bool
}

// NewDir makes an empty data directory.
func NewDir() *Dir { return &Dir{stable: map[string][]byte{}} }

// Empty tells whether nothing was ever written.
func (d *Dir) Empty() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.identity == nil
}

// Identity is what was set by SetIdentity, or nil.
func (d *Dir) Identity() *Identity {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.identity
}

// SetIdentity makes the directory one of a member.
func (d *Dir) SetIdentity(id Identity) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.identity = &id
}

// Corrupt damages the end of the log: the last record fails its checksum when
// the log is next read. It fails if there is no record to damage.
func (d *Dir) Corrupt() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.log) == 0 {
		return fmt.Errorf("the log has no entries to damage")
	}
	d.corrupt = true
	return nil
}

// Check reads the directory as a starting process does.
func (d *Dir) Check() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.corrupt {
		return fmt.Errorf("walpb: crc mismatch")
	}
	return nil
}

// Put installs a snapshot as the only content, as `etcdutl snapshot restore`
// does; term becomes the current term.
func (d *Dir) Put(id Identity, s *Snapshot) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.identity = &id
	d.first, d.log, d.synced = 0, nil, 0
	d.stable = map[string][]byte{"CurrentTerm": encode64(s.Meta.Term)}
	d.snapshots = []*Snapshot{s}
	d.applied = s.Meta.Index
	d.corrupt = false
}

// Extent tells the first and last index of the log, 0 and 0 if it is empty.
func (d *Dir) Extent() (first, last uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.log) == 0 {
		return 0, 0
	}
	return d.first, d.first + uint64(len(d.log)) - 1
}

// LatestSnapshot is the newest snapshot, or nil.
func (d *Dir) LatestSnapshot() *Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.snapshots) == 0 {
		return nil
	}
	return d.snapshots[len(d.snapshots)-1]
}

// EncodeLog gives the log as bytes: for each entry its index, term, type and
// length, big endian, and its data.
func (d *Dir) EncodeLog() []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	var b []byte
	for _, l := range d.log[:d.synced] {
		b = binary.BigEndian.AppendUint64(b, l.Index)
		b = binary.BigEndian.AppendUint64(b, l.Term)
		b = append(b, byte(l.Type))
		b = binary.BigEndian.AppendUint32(b, uint32(len(l.Data)))
		b = append(b, l.Data...)
	}
	return b
}

// crash keeps what was synced. d.mu is held.
func (d *Dir) crash() {
	clear(d.log[d.synced:])
	d.log = d.log[:d.synced]
	if d.synced == 0 {
		d.first = 0
	}
}
