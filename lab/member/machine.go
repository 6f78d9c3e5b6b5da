package member

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
	"unsafe"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/auth"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/lease"
	"quorumlab/lab/mvcc"
)

// Command is one proposal as it stands in the raft log, after etcd's
// InternalRaftRequest: exactly one request is set.
type Command struct {
	ID          uint64                  `pb:"1"`
	Put         *api.PutRequest         `pb:"2"`
	DeleteRange *api.DeleteRangeRequest `pb:"3"`
	Compaction  *api.CompactionRequest  `pb:"4"`
	Txn         *api.TxnRequest         `pb:"5"`
	LeaseGrant  *api.LeaseGrantRequest  `pb:"6"`
	LeaseRevoke *api.LeaseRevokeRequest `pb:"7"`
	Alarm       *api.AlarmRequest       `pb:"8"`

	Expired bool `pb:"9"` // the leader proposes LeaseRevoke: the lease's time is over

	// On whose behalf it is proposed, while authentication is on.
	User         string            `pb:"20"`
	AuthRevision uint64            `pb:"21"`
	Auth         *auth.Request     `pb:"22"`
	Version      *versionChange    `pb:"23"`
	Membership   *membershipChange `pb:"30"`
}

// outcome is what applying a command gave: a response without its header's
// member, or an error.
type outcome struct {
	resp any
	err  error
}

// machine is a member's state machine. raft applies to it from one goroutine.
type machine struct {
	name  string
	emit  func(event.Event)
	moved func(index uint64) // the store is what the log up to index makes it
	share *Share
	count func(*Command) // what is applied; may be nil

	leases    *lease.Lessor
	alarms    alarms
	auth      *auth.Store
	tokens    *auth.Tokens
	version   *versions
	log       func(level, text string, fields map[string]any) // the member's own
	roster    *roster
	nameOf    func(ip string) string                        // the machine at an address
	regrouped func(c *membershipChange, before *api.Member) // hears of a change of the membership

	mu      sync.Mutex
	store   *mvcc.Store
	index   uint64 // of the last entry applied
	changed chan struct{}
	waiting map[uint64]chan outcome // by command ID
	idle    []chan outcome          // empty, for the next who wait
}

func newMachine(name string, share *Share, emit func(event.Event), moved func(uint64)) *machine {
	return &machine{
		name: name, emit: emit, moved: moved, share: share, store: mvcc.New(),
		roster: newRoster(), leases: lease.New(),
		auth: auth.New(), tokens: auth.NewTokens(time.Now), version: newVersions(),
		nameOf: func(ip string) string { return ip }, log: func(string, string, map[string]any) {},
		regrouped: func(*membershipChange, *api.Member) {},
		changed:   make(chan struct{}), waiting: map[uint64]chan outcome{},
	}
}

// await registers interest in a command's outcome; forget ends it, and the
// channel is not looked at any more.
func (m *machine) await(id uint64) <-chan outcome {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ch chan outcome
	if last := len(m.idle) - 1; last >= 0 {
		ch, m.idle = m.idle[last], m.idle[:last]
	} else {
		ch = make(chan outcome, 1)
	}
	m.waiting[id] = ch
	return ch
}

func (m *machine) forget(id uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ch := m.waiting[id]
	delete(m.waiting, id)
	select {
	case <-ch:
	default:
	}
	m.idle = append(m.idle, ch)
}

// tellWaiting gives a command's outcome to the one who waits for it.
func (m *machine) tellWaiting(id uint64, o outcome) {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case m.waiting[id] <- o: // nobody: a nil channel takes nothing
	default:
	}
}

// applied is the index applied up to, and a channel that is closed at the next
// change of it.
func (m *machine) applied() (uint64, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.index, m.changed
}

// Apply implements raft.FSM.
func (m *machine) Apply(l *raft.Log) any { return m.ApplyBatch([]*raft.Log{l})[0] }

// ApplyBatch implements raft.BatchingFSM. What came of a command goes to those
// who await it; raft is told nothing.
func (m *machine) ApplyBatch(logs []*raft.Log) []any {
	for _, l := range logs {
		switch l.Type {
		case raft.LogCommand:
			m.apply(l)
		case raft.LogConfiguration:
			m.roster.configured(raft.DecodeConfiguration(l.Data))
		}
	}
	last := logs[len(logs)-1].Index
	m.moved(last)
	m.mu.Lock()
	m.index = last
	close(m.changed)
	m.changed = make(chan struct{})
	m.mu.Unlock()
	return make([]any, len(logs))
}

func (m *machine) apply(l *raft.Log) {
	slot := m.share.slot(l)
	if slot.command == nil {
		var c Command
		if err := api.Unmarshal(l.Data, &c); err != nil {
			panic(fmt.Sprintf("member %s: entry %d of the log cannot be read: %v", m.name, l.Index, err))
		}
		slot.command = &c
	}
	c := slot.command
	o := m.carryOut(c, slot, l)
	if m.count != nil {
		m.count(c)
	}
	m.tellWaiting(c.ID, o)
}

func (m *machine) carryOut(c *Command, slot *slot, l *raft.Log) outcome {
	if err := m.authorize(c); err != nil {
		return outcome{err: err}
	}
	if err := m.capped(c); err != nil {
		return outcome{err: err}
	}
	told := m.share.first(l.Index)
	switch {
	case c.LeaseGrant != nil:
		return m.grant(c.LeaseGrant, told)
	case c.Alarm != nil:
		return m.applyAlarm(c.Alarm, told)
	case c.Membership != nil:
		return m.applyMembership(c.Membership, l, told)
	case c.Auth != nil:
		return m.applyAuth(c, l)
	case c.Version != nil:
		return m.applyVersion(c.Version)
	}
	if c.Compaction != nil {
		err := m.store.Compact(c.Compaction.Revision)
		if err != nil {
			return outcome{err: err}
		}
		return outcome{resp: &api.CompactionResponse{Header: api.Header{Revision: m.store.Rev()}}}
	}
	w := m.store.Begin()
	w.Twins(slot.changes)
	resp, err := m.change(w, c)
	changes := w.Changes()
	if slot.changes == nil && len(changes) > 0 {
		slot.changes = append([]*mvcc.Revision(nil), changes...)
	}
	m.attach(changes)
	rev := w.End()
	if told {
		m.tell(l, rev, changes)
		if c.LeaseRevoke != nil && err == nil {
			m.tellRevoked(c, l, rev, len(changes))
		}
	}
	return outcome{resp: resp, err: err}
}

// valueShown bounds what an event shows of a value, in bytes.
const valueShown = 1 << 10

// Bounds of one event about changes: a deletion may be of any number of keys.
const (
	opsShown   = 256
	bytesShown = 64 << 10 // of keys and values; one change may be more
)

// TellOps emits an event with its changes: as one, or as several if they are too
// many. Each of these tells in Entries how many there are in all, and in First how
// many came before its own.
func TellOps(emit func(event.Event), e event.Event, ops []event.Op) {
	all := len(ops)
	for {
		n, bytes := 0, 0
		for n < min(opsShown, len(ops)) && bytes <= bytesShown {
			bytes += len(ops[n].Key) + len(ops[n].Value)
			n++
		}
		e.Ops, ops = ops[:n:n], ops[n:]
		if n < all {
			e.Entries = all
		}
		emit(e)
		if len(ops) == 0 {
			return
		}
		e.First += uint64(n)
	}
}

// tell reports a committed entry's changes, once in the world.
func (m *machine) tell(l *raft.Log, rev int64, changes []*mvcc.Revision) {
	if len(changes) == 0 {
		return
	}
	ops := make([]event.Op, len(changes))
	for i, c := range changes {
		ops[i] = shownOp(c)
	}
	TellOps(m.emit, event.Event{Type: event.KV, Index: l.Index, Term: l.Term, Rev: rev}, ops)
}

func shownOp(c *mvcc.Revision) event.Op {
	if c.Tombstone {
		return event.Op{Op: "delete", Key: sharedText(c.KV.Key), Mod: c.Main}
	}
	op := event.Op{Op: "put", Key: sharedText(c.KV.Key), Mod: c.Main, Create: c.KV.CreateRevision, Version: c.KV.Version, Lease: leaseText(c.KV.Lease)}
	op.Value, op.Bytes = clip(c.KV.Value)
	return op
}

// sharedText is the bytes of a revision, which never change, as text that is not
// a copy: whoever keeps events keeps no second key space.
func sharedText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// state is a machine's content for raft's snapshots.
type state struct {
	Index   uint64
	Store   mvcc.Snapshot
	Leases  []lease.Lease
	Alarms  []*api.AlarmMember
	Auth    api.AuthState
	Version versionState
	Roster  rosterState
}

type wireState struct {
	Index   uint64             `pb:"1"`
	Store   []byte             `pb:"2"`
	Leases  []lease.Lease      `pb:"3"`
	Alarms  []*api.AlarmMember `pb:"4"`
	Auth    api.AuthState      `pb:"20"`
	Version versionState       `pb:"21"`
	Roster  rosterState        `pb:"30"`
}

// Encode implements disk.State.
func (s state) Encode() []byte {
	return api.Marshal(&wireState{
		Index: s.Index, Store: s.Store.Encode(), Leases: s.Leases, Alarms: s.Alarms, Auth: s.Auth, Version: s.Version,
		Roster: s.Roster,
	})
}

func decodeState(b []byte) (state, error) {
	var wire wireState
	if err := api.Unmarshal(b, &wire); err != nil {
		return state{}, err
	}
	store, err := mvcc.DecodeSnapshot(wire.Store)
	return state{
		Index: wire.Index, Store: store, Leases: wire.Leases, Alarms: wire.Alarms, Auth: wire.Auth, Version: wire.Version,
		Roster: wire.Roster,
	}, err
}

// Snapshot implements raft.FSM.
func (m *machine) Snapshot() (raft.FSMSnapshot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return captured{m.content()}, nil
}

// content is what the machine holds. m.mu is held.
func (m *machine) content() state {
	return state{
		Index: m.index, Store: m.store.Snapshot(), Leases: m.leases.Snapshot(), Alarms: m.alarms.snapshot(alarmNone),
		Auth: m.auth.Snapshot(), Version: m.version.snapshot(), Roster: m.roster.snapshot(),
	}
}

type captured struct{ state state }

func (c captured) Persist(sink raft.SnapshotSink) error {
	if s, ok := sink.(*disk.Sink); ok {
		s.SetState(c.state)
	} else if _, err := sink.Write(c.state.Encode()); err != nil {
		sink.Cancel()
		return err
	}
	return sink.Close()
}

func (captured) Release() {}

// Restore implements raft.FSM.
func (m *machine) Restore(source io.ReadCloser) error {
	defer source.Close()
	s, err := readState(source)
	if err != nil {
		return err
	}
	m.store.Restore(s.Store)
	m.restoreLeases(s.Leases)
	m.alarms.restore(s.Alarms)
	m.auth.Restore(s.Auth)
	m.version.restore(s.Version)
	m.roster.restore(s.Roster)
	m.mu.Lock()
	m.index = s.Index
	close(m.changed)
	m.changed = make(chan struct{})
	m.mu.Unlock()
	m.moved(s.Index)
	return nil
}

func readState(source io.ReadCloser) (state, error) {
	if w, ok := source.(raft.ReadCloserWrapper); ok {
		if st, ok := w.WrappedReadCloser().(disk.Stateful); ok {
			if s, ok := st.State().(state); ok {
				return s, nil
			}
		}
	}
	b, err := io.ReadAll(source)
	if err != nil {
		return state{}, err
	}
	return decodeState(b)
}

// Share lets the members of one world hold one copy of what is equal in all of
// them: the bytes of a log entry, its decoded form and the revisions it made.
// It saves memory and decoding; nothing is taken from it that is not equal to
// what the member would have had by itself.
type Share struct {
	mu    sync.Mutex
	slots [shareSlots]slot
	told  uint64 // entries up to this one were applied somewhere
}

// first tells whether the entry is applied for the first time in the world.
func (s *Share) first(index uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if index <= s.told {
		return false
	}
	s.told = index
	return true
}

// Begin forgets everything: a new history starts after the given index.
func (s *Share) Begin(index uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slots = [shareSlots]slot{}
	s.told = index
}

// shareSlots is how far apart members may be and still share.
const shareSlots = 1024

type slot struct {
	index, term uint64
	data        []byte
	command     *Command
	changes     []*mvcc.Revision
}

// slot finds or makes the slot of a log entry.
func (s *Share) slot(l *raft.Log) *slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := &s.slots[l.Index%shareSlots]
	if at.index != l.Index || at.term != l.Term || !bytes.Equal(at.data, l.Data) {
		if at.index > l.Index {
			return &slot{} // a straggler keeps its own
		}
		*at = slot{index: l.Index, term: l.Term, data: l.Data}
	}
	return at
}

// intern replaces an entry's bytes by equal ones that are shared.
func (s *Share) intern(l *raft.Log) {
	if l.Type == raft.LogCommand {
		if at := s.slot(l); at.data != nil {
			l.Data = at.data
		}
	}
}
