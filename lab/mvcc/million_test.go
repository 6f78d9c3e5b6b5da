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

// BenchmarkMillion tells what a member with a million keys takes: memory, a
// read of one of them, and a snapshot there and back.
func BenchmarkMillion(b *testing.B) {
	before := live()
	s := million()
	b.Logf("memory: %d MB", (live()-before)>>20)
	b.Run("read", func(b *testing.B) {
		chance := rand.New(rand.NewSource(2))
		for b.Loop() {
			resp, err := s.Range(&api.RangeRequest{Key: millionKey(chance.Intn(millionKeys))})
			if err != nil || len(resp.Kvs) != 1 {
				b.Fatal(resp, err)
			}
		}
	})
	b.Run("snapshot", func(b *testing.B) {
		for b.Loop() {
			encoded := s.Snapshot().Encode()
			snap, err := DecodeSnapshot(encoded)
			if err != nil {
				b.Fatal(err)
			}
			restored := New()
			restored.Restore(snap)
			if restored.Hash() != s.Hash() || restored.Keys() != s.Keys() {
				b.Fatal("another store came back")
			}
		}
	})
	runtime.KeepAlive(s)
}
