// Package snapfile is the format of snapshot files, as `etcdctl snapshot save`
// writes and `etcdutl` reads them.
//
// A real one is a bbolt database followed by the SHA-256 of it. Ours has the
// same outside and the same inside: whole pages of 4096 bytes, at least five,
// then 32 bytes of SHA-256; buckets by etcd's names with etcd's keys and
// values in them. Only the middle is ours: buckets lie one behind the other
// instead of in a tree.
//
//	"quorumlab snap 1"  16 bytes
//	records             'B' name | 'K' key value | 'E'; strings are a uvarint length and bytes
//	zeros               up to 24 bytes before the end of a page
//	trailer             "snap end", length of the records, times opened for writing (8 bytes each, big endian)
//	SHA-256             of everything before it
package snapfile

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"strconv"

	"quorumlab/lab/api"
)

// Sizes in bytes.
const (
	PageBytes = 4096
	SumBytes  = sha256.Size
	pagesMin  = 5

	magic        = "quorumlab snap 1"
	endMagic     = "snap end"
	trailerBytes = 24
)

// Revision is one change of one key: Main counts transactions from 2, Sub the
// changes within one. A tombstone's KV holds the key only.
type Revision struct {
	Main, Sub int64
	Tombstone bool
	KV        *api.KeyValue
}

// Lease is a lease with the seconds it was granted for.
type Lease struct {
	ID           int64 `pb:"1"`
	TTL          int64 `pb:"2"`
	RemainingTTL int64 `pb:"3"`
}

// Meta is what a snapshot holds beside the key space. All of it is optional.
type Meta struct {
	Version         string // storage version, such as "3.6.0"
	CompactRevision int64  // of the last compaction; 0 or less: never compacted
	Index, Term     uint64 // of the last applied entry
	Members         []*api.Member
	Removed         []uint64 // members that were removed for good
	Leases          []Lease
	Alarms          []*api.AlarmMember
	Auth            api.AuthState // users, roles and whether they matter
}

// Info describes a file that was written.
type Info struct {
	Bytes    int64 // of the file, checksum included
	Revision int64 // last in the file; 0 if there is none
	SHA256   [SumBytes]byte
}

// Write streams a snapshot to w: meta and all revisions, in order. The only
// errors are w's own.
func Write(w io.Writer, meta Meta, revisions iter.Seq[Revision]) (Info, error) {
	f := &writer{sum: sha256.New()}
	f.out = bufio.NewWriterSize(io.MultiWriter(w, f.sum), 32<<10)
	f.raw(magic)
	f.head(meta)
	f.keys(revisions)
	f.tail(meta)
	f.raw("E")
	f.trailer()
	if err := f.out.Flush(); err != nil {
		return Info{}, err
	}
	info := Info{Bytes: f.bytes + SumBytes, Revision: f.revision}
	f.sum.Sum(info.SHA256[:0])
	_, err := w.Write(info.SHA256[:])
	return info, err
}

// writer counts what it writes; bufio keeps its first error.
type writer struct {
	out      *bufio.Writer
	sum      hash.Hash
	bytes    int64
	revision int64
	scratch  []byte
}

func (f *writer) raw(s string) {
	n, _ := f.out.WriteString(s)
	f.bytes += int64(n)
}

func (f *writer) text(b []byte) {
	var buf [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(buf[:], uint64(len(b)))
	_, _ = f.out.Write(buf[:n])
	_, _ = f.out.Write(b)
	f.bytes += int64(n + len(b))
}

func (f *writer) bucket(name string) {
	f.raw("B")
	f.text([]byte(name))
}

func (f *writer) pair(key, value []byte) {
	f.raw("K")
	f.text(key)
	f.text(value)
}

// head is the buckets whose names sort before "key".
func (f *writer) head(meta Meta) {
	f.bucket("alarm")
	for _, a := range meta.Alarms {
		f.pair(api.Marshal(a), nil)
	}
	f.auth(meta.Auth)
	f.bucket("cluster")
	if meta.Version != "" {
		f.pair([]byte("clusterVersion"), []byte(meta.Version))
	}
}

// auth is users and roles as etcd stores them.
func (f *writer) auth(a api.AuthState) {
	f.bucket("auth")
	if a.Enabled {
		f.pair([]byte("authEnabled"), []byte{1})
	}
	if a.Revision > 1 {
		f.pair([]byte("authRevision"), big64(a.Revision))
	}
	f.bucket("authRoles")
	for _, r := range a.Roles {
		f.pair([]byte(r.Name), api.Marshal(r))
	}
	f.bucket("authUsers")
	for _, u := range a.Users {
		f.pair([]byte(u.Name), api.Marshal(u))
	}
}

func (f *writer) keys(revisions iter.Seq[Revision]) {
	f.bucket("key")
	for r := range revisions {
		f.scratch = AppendKey(f.scratch[:0], r)
		n := len(f.scratch)
		f.scratch = api.Append(f.scratch, r.KV)
		f.pair(f.scratch[:n], f.scratch[n:])
		f.revision = r.Main
	}
}

// tail is the buckets whose names sort behind "key".
func (f *writer) tail(meta Meta) {
	f.bucket("lease")
	for _, l := range meta.Leases {
		f.pair(big64(uint64(l.ID)), api.Marshal(&l))
	}
	f.bucket("members")
	for _, m := range meta.Members {
		b, _ := json.Marshal(memberRecord{m.ID, m.PeerURLs, m.IsLearner, m.Name, m.ClientURLs})
		f.pair(hexID(m.ID), b)
	}
	f.bucket("members_removed")
	for _, id := range meta.Removed {
		f.pair(hexID(id), []byte("removed"))
	}
	f.bucket("meta")
	f.pair([]byte("consistent_index"), big64(meta.Index))
	if meta.CompactRevision > 0 {
		rev := AppendKey(nil, Revision{Main: meta.CompactRevision})
		f.pair([]byte("finishedCompactRev"), rev)
		f.pair([]byte("scheduledCompactRev"), rev)
	}
	if meta.Version != "" {
		f.pair([]byte("storageVersion"), []byte(meta.Version))
	}
	f.pair([]byte("term"), big64(meta.Term))
}

// memberRecord is a member as etcd stores it.
type memberRecord struct {
	ID         uint64   `json:"id"`
	PeerURLs   []string `json:"peerURLs"`
	IsLearner  bool     `json:"isLearner,omitempty"`
	Name       string   `json:"name,omitempty"`
	ClientURLs []string `json:"clientURLs,omitempty"`
}

func (f *writer) trailer() {
	content := f.bytes - int64(len(magic))
	pages := max(pagesMin, (f.bytes+trailerBytes+PageBytes-1)/PageBytes)
	zeros := pages*PageBytes - trailerBytes - f.bytes
	f.raw(string(make([]byte, zeros)))
	f.raw(endMagic)
	f.raw(string(big64(uint64(content))))
	f.raw(string(big64(0)))
}

// AppendKey writes a revision's key as etcd does: Main, '_', Sub, and 't' for
// a tombstone.
func AppendKey(dst []byte, r Revision) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(r.Main))
	dst = append(dst, '_')
	dst = binary.BigEndian.AppendUint64(dst, uint64(r.Sub))
	if r.Tombstone {
		dst = append(dst, 't')
	}
	return dst
}

func parseKey(b []byte) (Revision, bool) {
	if len(b) != 17 && (len(b) != 18 || b[17] != 't') || b[8] != '_' {
		return Revision{}, false
	}
	return Revision{
		Main:      int64(binary.BigEndian.Uint64(b)),
		Sub:       int64(binary.BigEndian.Uint64(b[9:])),
		Tombstone: len(b) == 18,
	}, true
}

func big64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func hexID(id uint64) []byte { return strconv.AppendUint(nil, id, 16) }

// How a file can be wrong. Their texts are what etcdutl prints.
var (
	ErrShort       = errors.New("invalid argument") // no room for a checksum; etcdutl prints "seek NAME: " before it
	ErrMissingHash = errors.New("snapshot missing hash but --skip-hash-check=false")
	ErrInvalid     = errors.New("invalid database")
	ErrDamaged     = errors.New("unexpected fault address") // a part is missing: the real etcdutl dies of SIGBUS
)

// SumError is a checksum that does not fit.
type SumError struct{ Want, Got [SumBytes]byte }

func (e *SumError) Error() string {
	return fmt.Sprintf("expected sha256 %v, got %v", e.Want, e.Got)
}

// HasSum tells whether a file of so many bytes ends in a checksum.
func HasSum(bytes int) bool { return bytes%512 == SumBytes }

// Verify checks the checksum: ErrShort, ErrMissingHash or a *SumError.
func Verify(b []byte) error {
	if len(b) < SumBytes {
		return ErrShort
	}
	if !HasSum(len(b)) {
		return ErrMissingHash
	}
	body, sum := b[:len(b)-SumBytes], b[len(b)-SumBytes:]
	e := &SumError{Want: [SumBytes]byte(sum), Got: sha256.Sum256(body)}
	if e.Want != e.Got {
		return e
	}
	return nil
}
