// Package mvcc is the key space of a member: every key with its whole history
// of revisions, as etcd keeps it (https://etcd.io/docs/v3.6/learning/data_model/).
//
// A store is a deterministic function of the writes applied to it. One
// goroutine writes (raft's state machine); reads may come from any goroutine.
package mvcc

import (
	"bytes"
	"errors"
	"hash/crc32"
	"sort"
	"sync"

	"github.com/google/btree"

	"quorumlab/lab/api"
)

// The errors of reads and compactions, in etcd's words.
var (
	ErrCompacted = errors.New("etcdserver: mvcc: required revision has been compacted")
	ErrFuture    = errors.New("etcdserver: mvcc: required revision is a future revision")
)

// Revision is one change of one key: Main counts transactions, Sub the changes
// within one. A tombstone's KV holds the key only. Revisions never change once
// made, so snapshots share them.
type Revision struct {
	Main, Sub int64
	Tombstone bool
	KV        api.KeyValue

	before, after uint32 // HashKV of a store before and after this revision
}

// Store is safe for concurrent use.
type Store struct {
	mu      sync.RWMutex
	keys    *btree.BTreeG[*history]
	log     []*Revision // all revisions that are kept, in order
	rev     int64       // of the last transaction; 1 in a fresh store
	compact int64       // -1: never compacted
	hash    uint32      // CRC-32C of all of log, as etcd's HashKV
	live    int64       // keys that are not deleted
	probe   history     // a key to look for; used by the one who writes
	bytes   int64       // of keys and values in log, roughly what a database file holds
	pages   int64       // of the database file, see Size
}

// history is the revisions of one key, oldest first.
type history struct {
	key  []byte
	revs []*Revision
}

func lessKey(a, b *history) bool { return bytes.Compare(a.key, b.key) < 0 }

// New makes an empty store at revision 1.
func New() *Store {
	s := &Store{keys: btree.NewG(32, lessKey), rev: 1, compact: -1}
	s.hash = startHash()
	return s
}

// Rev is the newest revision.
func (s *Store) Rev() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.rev
}

// CompactRev is the revision of the last compaction, -1 if there was none.
func (s *Store) CompactRev() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.compact
}

// Hash is the HashKV of the newest revision.
func (s *Store) Hash() uint32 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.hash
}

// Keys is the number of keys that are not deleted.
func (s *Store) Keys() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.live
}

// Bytes is the size of all keys and values that are kept, history included.
func (s *Store) Bytes() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.bytes
}

// at is the key's state at a revision: nil if it did not exist then.
func (h *history) at(rev int64) *Revision {
	i := sort.Search(len(h.revs), func(i int) bool { return h.revs[i].Main > rev })
	if i == 0 || h.revs[i-1].Tombstone {
		return nil
	}
	return h.revs[i-1]
}

// ascend calls visit for each key of [key, end): end empty is key alone, end
// "\x00" all keys from key on.
func (s *Store) ascend(key, end []byte, visit func(*history) bool) {
	switch {
	case len(end) == 0:
		if h, ok := s.keys.Get(&history{key: key}); ok {
			visit(h)
		}
	case len(end) == 1 && end[0] == 0:
		s.keys.AscendGreaterOrEqual(&history{key: key}, visit)
	default:
		s.keys.AscendRange(&history{key: key}, &history{key: end}, visit)
	}
}

// check tells whether a read at rev can be answered; 0 means the newest.
func (s *Store) check(rev int64) (int64, error) {
	switch {
	case rev > s.rev:
		return 0, ErrFuture
	case rev <= 0:
		return s.rev, nil
	case rev < s.compact:
		return 0, ErrCompacted
	}
	return rev, nil
}

// Range answers a read from this store; the header's revision is the store's
// newest. Errors are ErrFuture and ErrCompacted.
func (s *Store) Range(r *api.RangeRequest) (*api.RangeResponse, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	rev, err := s.check(r.Revision)
	if err != nil {
		return nil, err
	}
	return s.rangeLocked(r, rev), nil
}

func (s *Store) rangeLocked(r *api.RangeRequest, rev int64) *api.RangeResponse {
	resp := &api.RangeResponse{Header: api.Header{Revision: s.rev}}
	var found []*Revision
	sorted := r.SortOrder != api.SortNone || r.SortTarget != api.SortByKey
	filtered := r.MinModRevision|r.MaxModRevision|r.MinCreateRevision|r.MaxCreateRevision != 0
	s.ascend(r.Key, r.RangeEnd, func(h *history) bool {
		at := h.at(rev)
		if at == nil {
			return true
		}
		resp.Count++
		if !r.CountOnly && (sorted || filtered || r.Limit == 0 || int64(len(found)) <= r.Limit) {
			found = append(found, at)
		}
		return true
	})
	found = filterRevisions(found, r)
	sortRevisions(found, r)
	if r.Limit > 0 && int64(len(found)) > r.Limit {
		found, resp.More = found[:r.Limit], true
	}
	for _, rev := range found {
		kv := rev.KV
		if r.KeysOnly {
			kv.Value = nil
		}
		resp.Kvs = append(resp.Kvs, &kv)
	}
	return resp
}

func filterRevisions(revs []*Revision, r *api.RangeRequest) []*Revision {
	kept := revs[:0]
	for _, rev := range revs {
		kv := &rev.KV
		if r.MinModRevision > kv.ModRevision || r.MaxModRevision > 0 && kv.ModRevision > r.MaxModRevision ||
			r.MinCreateRevision > kv.CreateRevision || r.MaxCreateRevision > 0 && kv.CreateRevision > r.MaxCreateRevision {
			continue
		}
		kept = append(kept, rev)
	}
	return kept
}

func sortRevisions(revs []*Revision, r *api.RangeRequest) {
	if r.SortTarget == api.SortByKey && r.SortOrder != api.SortDescend {
		return // they are in the order of keys; other targets ascend unless told otherwise
	}
	less := func(a, b *api.KeyValue) int {
		switch r.SortTarget {
		case api.SortByVersion:
			return compare(a.Version, b.Version)
		case api.SortByCreate:
			return compare(a.CreateRevision, b.CreateRevision)
		case api.SortByMod:
			return compare(a.ModRevision, b.ModRevision)
		case api.SortByValue:
			return bytes.Compare(a.Value, b.Value)
		}
		return bytes.Compare(a.Key, b.Key)
	}
	sort.SliceStable(revs, func(i, j int) bool {
		c := less(&revs[i].KV, &revs[j].KV)
		if r.SortOrder == api.SortDescend {
			return c > 0
		}
		return c < 0
	})
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Write is a transaction of writes. Begin it, change keys, End it; nothing
// else may use the store's writing side meanwhile.
type Write struct {
	s     *Store
	main  int64
	sub   int64
	bytes int64
	twins []*Revision
	last  *history // that find found: a key is mostly asked for before it is put
}

// Twins offers what another store made of the same transaction. Where a change
// is equal, that revision is kept instead of a second one: members of one
// world then share their history's memory.
func (w *Write) Twins(revs []*Revision) { w.twins = revs }

// twin is the offered revision that equals rev, or nil.
func (w *Write) twin(rev *Revision) *Revision {
	if int(w.sub) >= len(w.twins) {
		return nil
	}
	t := w.twins[w.sub]
	same := t.Main == rev.Main && t.Sub == rev.Sub && t.Tombstone == rev.Tombstone &&
		t.KV.CreateRevision == rev.KV.CreateRevision && t.KV.Version == rev.KV.Version && t.KV.Lease == rev.KV.Lease &&
		bytes.Equal(t.KV.Key, rev.KV.Key) && bytes.Equal(t.KV.Value, rev.KV.Value)
	if !same {
		return nil
	}
	return t
}

// Begin starts a transaction at the next revision and holds the store.
func (s *Store) Begin() *Write {
	s.mu.Lock()
	return &Write{s: s, main: s.rev + 1}
}

// End makes the transaction's changes the newest revision, which it returns;
// one that changed nothing leaves the revision as it was.
func (w *Write) End() int64 {
	defer w.s.mu.Unlock()
	if w.sub > 0 {
		w.s.rev = w.main
		w.s.grow(w.bytes)
	}
	return w.s.rev
}

// Changes are the revisions that the transaction made so far. They must not be
// modified.
func (w *Write) Changes() []*Revision { return w.s.log[len(w.s.log)-int(w.sub):] }

// Rev is the newest revision as the transaction sees it: its own once it has
// changed something.
func (w *Write) Rev() int64 {
	if w.sub > 0 {
		return w.main
	}
	return w.s.rev
}

// Check tells whether the transaction may read at a revision (0: the newest).
// Errors are ErrFuture and ErrCompacted.
func (w *Write) Check(rev int64) error {
	_, err := w.s.check(rev)
	return err
}

// Range reads what the transaction has written so far; the header's revision is
// Rev.
func (w *Write) Range(r *api.RangeRequest) (*api.RangeResponse, error) {
	rev := w.main
	if r.Revision > 0 {
		var err error
		if rev, err = w.s.check(r.Revision); err != nil {
			return nil, err
		}
	}
	resp := w.s.rangeLocked(r, rev)
	resp.Header.Revision = w.Rev()
	return resp, nil
}

// Each calls visit with the current state of each key of [key, end), in order,
// until it gives false. What it gets must not be modified.
func (w *Write) Each(key, end []byte, visit func(*api.KeyValue) bool) {
	w.s.ascend(key, end, func(h *history) bool {
		at := h.at(w.main)
		return at == nil || visit(&at.KV)
	})
}

// Get is the key's current state, or nil. It must not be modified.
func (w *Write) Get(key []byte) *api.KeyValue {
	if h := w.find(key); h != nil {
		if at := h.at(w.main); at != nil {
			return &at.KV
		}
	}
	return nil
}

// find is a key's history, or nil.
func (w *Write) find(key []byte) *history {
	if w.last == nil || !bytes.Equal(w.last.key, key) {
		w.s.probe.key = key
		w.last, _ = w.s.keys.Get(&w.s.probe)
	}
	return w.last
}

// Put sets a key. Key and value are kept, not copied.
func (w *Write) Put(key, value []byte, lease int64) {
	h := w.find(key)
	if h == nil {
		h = &history{key: key}
		w.s.keys.ReplaceOrInsert(h)
		w.last = h
	}
	kv := api.KeyValue{Key: h.key, Value: value, CreateRevision: w.main, ModRevision: w.main, Version: 1, Lease: lease}
	if at := h.at(w.main); at != nil {
		kv.CreateRevision, kv.Version = at.KV.CreateRevision, at.KV.Version+1
	} else {
		w.s.live++
	}
	w.add(h, Revision{Main: w.main, Sub: w.sub, KV: kv})
}

// Delete deletes the keys of [key, end) and returns what they were.
func (w *Write) Delete(key, end []byte) []*api.KeyValue {
	var gone []*api.KeyValue
	var doomed []*history
	w.s.ascend(key, end, func(h *history) bool {
		if at := h.at(w.main); at != nil {
			gone = append(gone, &at.KV)
			doomed = append(doomed, h)
		}
		return true
	})
	for _, h := range doomed {
		w.s.live--
		w.add(h, Revision{Main: w.main, Sub: w.sub, Tombstone: true, KV: api.KeyValue{Key: h.key}})
	}
	return gone
}

func (w *Write) add(h *history, made Revision) {
	rev := w.twin(&made)
	if rev == nil {
		rev = new(Revision)
		*rev = made
	}
	h.revs = append(h.revs, rev)
	w.s.log = append(w.s.log, rev)
	w.s.hash = addHash(w.s.hash, rev)
	w.s.bytes += size(rev)
	w.bytes += size(rev)
	w.sub++
}

func size(rev *Revision) int64 { return int64(len(rev.KV.Key)+len(rev.KV.Value)) + 40 }

// Compact discards what no read at rev or later can see. Errors are
// ErrCompacted (rev was compacted before) and ErrFuture.
func (s *Store) Compact(rev int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case rev <= s.compact || rev <= 0:
		return ErrCompacted
	case rev > s.rev:
		return ErrFuture
	}
	s.compact = rev
	var kept []*Revision
	s.bytes = 0
	for _, r := range s.log {
		if r.Main > rev || s.visibleAt(r, rev) {
			kept = append(kept, r)
			s.bytes += size(r)
		}
	}
	s.log = kept
	s.rebuild()
	return nil
}

// visibleAt tells whether r is its key's state at rev.
func (s *Store) visibleAt(r *Revision, rev int64) bool {
	h, ok := s.keys.Get(&history{key: r.KV.Key})
	return ok && h.at(rev) == r
}

// rebuild makes the index, the hash and the counts anew from the log.
func (s *Store) rebuild() {
	s.keys = btree.NewG(32, lessKey)
	s.hash, s.live = startHash(), 0
	var h *history
	for _, r := range s.log {
		var ok bool
		if h, ok = s.keys.Get(&history{key: r.KV.Key}); !ok {
			h = &history{key: r.KV.Key}
			s.keys.ReplaceOrInsert(h)
		}
		h.revs = append(h.revs, r)
		s.hash = addHash(s.hash, r)
	}
	s.keys.Ascend(func(h *history) bool {
		if h.at(s.rev) != nil {
			s.live++
		}
		return true
	})
}

// HashAt is the HashKV of the store as of rev (0: the newest), with the
// revision it stands for.
func (s *Store) HashAt(rev int64) (hash uint32, at int64, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if rev, err = s.check(rev); err != nil {
		return 0, 0, err
	}
	if rev == s.rev {
		return s.hash, rev, nil
	}
	hash = startHash()
	for _, r := range s.log {
		if r.Main <= rev {
			hash = hashAfter(hash, r)
		}
	}
	return hash, rev, nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// startHash begins a HashKV: etcd hashes the name of the bucket first
// (server/storage/mvcc/hash.go).
func startHash() uint32 { return crc32.Update(0, castagnoli, []byte("key")) }

// addHash is hashAfter, remembered: members that share a revision come to it
// with the same hash before, unless one of them has compacted already.
func addHash(hash uint32, r *Revision) uint32 {
	if r.after == 0 || r.before != hash {
		r.before, r.after = hash, hashAfter(hash, r)
	}
	return r.after
}

func hashAfter(hash uint32, r *Revision) uint32 {
	var room [256]byte // enough for most
	return crc32.Update(hash, castagnoli, api.Append(r.AppendKey(room[:0]), &r.KV))
}

// AppendKey appends the revision as etcd's key bucket names it: 8 bytes of
// Main, '_', 8 bytes of Sub, and 't' for a tombstone.
func (r *Revision) AppendKey(b []byte) []byte {
	b = append64(b, r.Main)
	b = append(b, '_')
	b = append64(b, r.Sub)
	if r.Tombstone {
		b = append(b, 't')
	}
	return b
}

func append64(b []byte, v int64) []byte {
	return append(b, byte(v>>56), byte(v>>48), byte(v>>40), byte(v>>32), byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}
