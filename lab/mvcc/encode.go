package mvcc

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A snapshot as bytes, as it travels between members: its revision, that of the
// last compaction and the number of revisions, then each revision. Numbers are
// varints, strings their length and bytes.

const flagTombstone = 1

// Encode gives the snapshot as bytes.
func (snap Snapshot) Encode() []byte {
	room := 3 * binary.MaxVarintLen64
	for _, r := range snap.Revisions {
		room += len(r.KV.Key) + len(r.KV.Value) + 24 // numbers are mostly small
	}
	b := make([]byte, 0, room)
	for _, n := range []int64{snap.Rev, snap.Compact, int64(len(snap.Revisions))} {
		b = binary.AppendVarint(b, n)
	}
	for _, r := range snap.Revisions {
		b = r.encode(b)
	}
	return b
}

func (r *Revision) encode(b []byte) []byte {
	flags := byte(0)
	if r.Tombstone {
		flags = flagTombstone
	}
	b = append(b, flags)
	for _, n := range [...]int64{r.Main, r.Sub, r.KV.CreateRevision, r.KV.ModRevision, r.KV.Version, r.KV.Lease} {
		b = binary.AppendVarint(b, n)
	}
	for _, s := range [...][]byte{r.KV.Key, r.KV.Value} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return b
}

var errTruncated = errors.New("mvcc: a snapshot ends early")

// decoder takes a snapshot apart; the first thing that is missing ends it.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) number() int64 {
	n, size := binary.Varint(d.rest)
	if size <= 0 {
		d.err, d.rest = errTruncated, nil
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

func (d *decoder) text() []byte {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 || n > uint64(len(d.rest)-size) {
		d.err, d.rest = errTruncated, nil
		return nil
	}
	end := size + int(n)
	s := d.rest[size:end:end]
	d.rest = d.rest[end:]
	if n == 0 {
		return nil
	}
	return s
}

func (d *decoder) revision() *Revision {
	r := &Revision{}
	if len(d.rest) == 0 {
		d.err = errTruncated
		return r
	}
	r.Tombstone = d.rest[0]&flagTombstone != 0
	d.rest = d.rest[1:]
	kv := &r.KV
	for _, n := range [...]*int64{&r.Main, &r.Sub, &kv.CreateRevision, &kv.ModRevision, &kv.Version, &kv.Lease} {
		*n = d.number()
	}
	kv.Key, kv.Value = d.text(), d.text()
	return r
}

// DecodeSnapshot reads what Encode wrote. Keys and values stay where they are in
// b, which must not be changed any more: a million small copies would cost more
// than what b holds on to when they are gone.
func DecodeSnapshot(b []byte) (Snapshot, error) {
	d := &decoder{rest: b}
	snap := Snapshot{Rev: d.number(), Compact: d.number()}
	n := d.number()
	if n < 0 || n > int64(len(b)) {
		return Snapshot{}, fmt.Errorf("mvcc: a snapshot of %d revisions in %d bytes", n, len(b))
	}
	snap.Revisions = make([]*Revision, 0, n)
	for range n {
		snap.Revisions = append(snap.Revisions, d.revision())
		if d.err != nil {
			return Snapshot{}, d.err
		}
	}
	if len(d.rest) > 0 {
		return Snapshot{}, fmt.Errorf("mvcc: %d bytes behind a snapshot", len(d.rest))
	}
	return snap, d.err
}
