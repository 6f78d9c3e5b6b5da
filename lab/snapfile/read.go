package snapfile

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"iter"
	"strconv"

	"quorumlab/lab/api"
)

// File is a snapshot that was read. It keeps the bytes it was read from.
type File struct {
	Meta
	Size     int64  // of the database, without the checksum
	Revision int64  // last in the file; 0 if there is none
	Keys     int64  // that are not deleted
	Hash     uint32 // CRC-32C over all buckets: names, keys and values

	records []byte // of bucket "key"
}

// Latest is the revision a store has that holds this snapshot.
func (f *File) Latest() int64 { return max(1, f.Revision, f.CompactRevision) }

// Read parses a snapshot, with or without checksum, which it does not verify
// (as etcdutl does not either). Errors are ErrInvalid and ErrDamaged.
func Read(b []byte) (*File, error) {
	records, err := body(b)
	if err != nil {
		return nil, err
	}
	f := &File{Size: int64(len(b))}
	if HasSum(len(b)) {
		f.Size -= SumBytes
	}
	s := scan{file: f, rest: records, crc: crc32.New(castagnoli), live: map[string]bool{}}
	if err := s.run(); err != nil {
		return nil, err
	}
	f.Hash, f.Keys = s.crc.Sum32(), int64(len(s.live))
	return f, nil
}

// body finds the records of a file.
func body(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, []byte(magic)) {
		return nil, ErrInvalid
	}
	t := trailer(b)
	if t == nil {
		return nil, ErrDamaged
	}
	n := binary.BigEndian.Uint64(t[len(endMagic):])
	if n > uint64(len(b)-len(magic)-trailerBytes) {
		return nil, ErrDamaged
	}
	return b[len(magic) : len(magic)+int(n)], nil
}

// trailer is the last bytes before the checksum; nil if they are not there.
func trailer(b []byte) []byte {
	if HasSum(len(b)) {
		b = b[:len(b)-SumBytes]
	}
	if len(b) < len(magic)+trailerBytes {
		return nil
	}
	t := b[len(b)-trailerBytes:]
	if string(t[:len(endMagic)]) != endMagic {
		return nil
	}
	return t
}

// Touch does to a file what opening it for writing does: the checksum fits no
// longer. It reports whether b is a snapshot at all.
func Touch(b []byte) bool {
	t := trailer(b)
	if t == nil {
		return false
	}
	n := t[trailerBytes-8:]
	binary.BigEndian.PutUint64(n, binary.BigEndian.Uint64(n)+1)
	return true
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// scan walks over the records once.
type scan struct {
	file   *File
	rest   []byte
	bucket string
	crc    interface {
		Write([]byte) (int, error)
		Sum32() uint32
	}
	live map[string]bool
}

func (s *scan) run() error {
	for {
		if len(s.rest) == 0 {
			return ErrDamaged
		}
		kind := s.rest[0]
		s.rest = s.rest[1:]
		ok := false
		switch kind {
		case 'E':
			return nil
		case 'B':
			ok = s.startBucket()
		case 'K':
			ok = s.pair()
		}
		if !ok {
			return ErrDamaged
		}
	}
}

func (s *scan) startBucket() bool {
	name, ok := cut(&s.rest)
	if !ok {
		return false
	}
	_, _ = s.crc.Write(name)
	s.bucket = string(name)
	if s.bucket == "key" {
		s.file.records = s.rest
	}
	return true
}

func (s *scan) pair() bool {
	key, ok1 := cut(&s.rest)
	value, ok2 := cut(&s.rest)
	if !ok1 || !ok2 {
		return false
	}
	_, _ = s.crc.Write(key)
	_, _ = s.crc.Write(value)
	f := s.file
	switch s.bucket {
	case "key":
		return s.revision(key, value)
	case "alarm":
		a := &api.AlarmMember{}
		f.Alarms = append(f.Alarms, a)
		return api.Unmarshal(key, a) == nil
	case "auth", "authRoles", "authUsers":
		return s.auth(string(key), value)
	case "lease":
		var l Lease
		err := api.Unmarshal(value, &l)
		f.Leases = append(f.Leases, l)
		return err == nil
	case "members":
		var m memberRecord
		err := json.Unmarshal(value, &m)
		f.Members = append(f.Members, &api.Member{ID: m.ID, Name: m.Name, PeerURLs: m.PeerURLs, ClientURLs: m.ClientURLs, IsLearner: m.IsLearner})
		return err == nil
	case "members_removed":
		id, err := strconv.ParseUint(string(key), 16, 64)
		f.Removed = append(f.Removed, id)
		return err == nil
	case "meta":
		return s.meta(string(key), value)
	}
	return true
}

func (s *scan) revision(key, value []byte) bool {
	r, ok := decode(key, value)
	if !ok {
		return false
	}
	s.file.Revision = r.Main
	if r.Tombstone {
		delete(s.live, string(r.KV.Key))
	} else {
		s.live[string(r.KV.Key)] = true
	}
	return true
}

func (s *scan) auth(key string, value []byte) bool {
	a := &s.file.Auth
	switch s.bucket {
	case "authRoles":
		r := &api.AuthRole{}
		a.Roles = append(a.Roles, r)
		return api.Unmarshal(value, r) == nil
	case "authUsers":
		u := &api.AuthUser{}
		a.Users = append(a.Users, u)
		return api.Unmarshal(value, u) == nil
	}
	switch {
	case key == "authEnabled":
		a.Enabled = len(value) == 1 && value[0] == 1
	case key == "authRevision" && len(value) == 8:
		a.Revision = binary.BigEndian.Uint64(value)
	default:
		return false
	}
	return true
}

func (s *scan) meta(key string, value []byte) bool {
	switch key {
	case "consistent_index", "term":
		if len(value) != 8 {
			return false
		}
		n := binary.BigEndian.Uint64(value)
		if key == "term" {
			s.file.Term = n
		} else {
			s.file.Index = n
		}
	case "finishedCompactRev":
		r, ok := parseKey(value)
		s.file.CompactRevision = r.Main
		return ok
	case "storageVersion":
		s.file.Version = string(value)
	}
	return true
}

func decode(key, value []byte) (Revision, bool) {
	r, ok := parseKey(key)
	if !ok {
		return r, false
	}
	r.KV = &api.KeyValue{}
	return r, api.Unmarshal(value, r.KV) == nil
}

// cut takes one string off b.
func cut(b *[]byte) ([]byte, bool) {
	n, size := binary.Uvarint(*b)
	if size <= 0 || n > uint64(len(*b)-size) {
		return nil, false
	}
	s := (*b)[size : size+int(n)]
	*b = (*b)[size+int(n):]
	return s, true
}

// Revisions goes through the key space in order. Each revision is decoded
// afresh; it shares no memory with the file.
func (f *File) Revisions() iter.Seq[Revision] {
	return func(yield func(Revision) bool) {
		rest := f.records
		for len(rest) > 0 && rest[0] == 'K' {
			rest = rest[1:]
			key, _ := cut(&rest) // Read has checked them all
			value, _ := cut(&rest)
			r, ok := decode(key, value)
			if !ok || !yield(r) {
				return
			}
		}
	}
}

// HashKV is etcd's hash of a key space as of revision rev (0: the newest): CRC-32C over
// the bucket's name and every revision, without those that compaction at
// compact would have removed (server/storage/mvcc/hash.go). compact 0 or less
// means that there was no compaction.
func HashKV(revisions iter.Seq[Revision], rev, compact int64) uint32 {
	keep := kept(revisions, rev, compact)
	h := crc32.New(castagnoli)
	_, _ = h.Write([]byte("key"))
	var buf []byte
	for r := range revisions {
		switch {
		case rev > 0 && r.Main > rev,
			compact > 0 && r.Main == compact && r.Tombstone,
			compact > 0 && r.Main <= compact && len(keep) > 0 && keep[string(r.KV.Key)] != [2]int64{r.Main, r.Sub}:
			continue
		}
		buf = api.Append(AppendKey(buf[:0], r), r.KV)
		_, _ = h.Write(buf)
	}
	return h.Sum32()
}

// kept is the newest revision of each key that lives at rev.
func kept(revisions iter.Seq[Revision], rev, compact int64) map[string][2]int64 {
	if compact <= 0 {
		return nil
	}
	keep := map[string][2]int64{}
	for r := range revisions {
		switch {
		case rev > 0 && r.Main > rev:
		case r.Tombstone:
			delete(keep, string(r.KV.Key))
		default:
			keep[string(r.KV.Key)] = [2]int64{r.Main, r.Sub}
		}
	}
	return keep
}
