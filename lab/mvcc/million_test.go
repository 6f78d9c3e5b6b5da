package mvcc

import (
	"fmt"
	"math/rand"
	"runtime"
	"testing"

	"quorumlab/lab/api"
)

// The figures of a large store: a million keys, with values of 100 bytes.
const (
	millionKeys = 1_000_000
	valueBytes  = 100
)

func millionKey(i int) []byte { return fmt.Appendf(nil, "/registry/pods/key-%07d", i) }

// million makes a store of that size, its values all different.
func million() *Store {
	s := New()
	chance := rand.New(rand.NewSource(1))
	for i := range millionKeys {
		value := make([]byte, valueBytes)
		chance.Read(value)
		w := s.Begin()
		w.Put(millionKey(i), value, 0)
		w.End()
	}
	return s
}

// live is the memory that is in use after a collection, in bytes.
func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkMillion tells what a member with a million keys takes: a read of one
// of them, a snapshot saved and restored, and the memory at each step.
func BenchmarkMillion(b *testing.B) {
	before := live()
	used := func(when string) { b.Logf("%s: %d MB", when, (live()-before)>>20) }
	s := million()
	used("loaded")
	b.Run("read", func(b *testing.B) {
		chance := rand.New(rand.NewSource(2))
		for b.Loop() {
			resp, err := s.Range(&api.RangeRequest{Key: millionKey(chance.Intn(millionKeys))})
			if err != nil || len(resp.Kvs) != 1 {
				b.Fatal(resp, err)
			}
		}
	})
	hash := s.Hash()
	var saved []byte
	b.Run("save", func(b *testing.B) {
		for b.Loop() {
			saved = s.Snapshot().Encode()
		}
	})
	used("saved")
	s = nil // the process that restores is another one
	b.Run("restore", func(b *testing.B) {
		for b.Loop() {
			snap, err := DecodeSnapshot(saved)
			if err != nil {
				b.Fatal(err)
			}
			s = New()
			s.Restore(snap)
		}
	})
	used("restored")
	if s.Hash() != hash || s.Keys() != millionKeys {
		b.Error("another store came back")
	}
	runtime.KeepAlive(saved)
}
