package lab

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/event"
	"quorumlab/lab/recording"
	"quorumlab/lab/snapfile"
)

// stopwatch is real time in a bubble of virtual time.
func stopwatch() func() time.Duration {
	now := func() time.Duration {
		var t syscall.Timeval
		_ = syscall.Gettimeofday(&t)
		return time.Duration(t.Nano())
	}
	began := now()
	return func() time.Duration { return now() - began }
}

// resident is the most memory that the process ever had, in MB.
func resident() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Maxrss >> 10
}

// BenchmarkMillionKeys tells what a world of one member with a million keys takes,
// values of 100 bytes each: the time of a read through a client and of a snapshot
// saved, and memory. BenchmarkMillion of lab/mvcc restores one. Its ns/op means
// nothing; run it with -benchtime 1x.
func BenchmarkMillionKeys(b *testing.B) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(560 << 20)) // as GOMEMLIMIT=560MiB would
	var t testing.T
	synctest.Test(&t, func(t *testing.T) {
		w, err := New(recording.World{Members: 1}, func([]byte) {})
		if err != nil {
			b.Fatal(err)
		}
		ready := false
		w.Observe(func(e *event.Event) { ready = ready || e.Type == event.Ready })
		for !ready {
			w.RunTick()
		}
		s := &story{World: w, t: t}
		c := s.client("m1")
		took := stopwatch()
		loadMillion(b, c)
		b.Logf("loaded in %v: %d MB resident", took().Round(time.Millisecond), resident())
		const reads = 100_000
		chance := rand.New(rand.NewSource(2))
		took = stopwatch()
		for range reads {
			got, err := c.Range(context.Background(), &api.RangeRequest{Key: millionKey(chance.Intn(millionKeys))})
			if err != nil || len(got.Kvs) != 1 {
				b.Fatal(got, err)
			}
		}
		b.ReportMetric(float64(took().Nanoseconds())/reads/1000, "µs/read")
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		b.Logf("alive: %d MB", m.HeapAlloc>>20)
		took = stopwatch()
		size := saveFile(b, c)
		b.Logf("snapshot of %d MB saved in %v: %d MB resident", size>>20, took().Round(time.Millisecond), resident())
		b.ReportMetric(float64(resident()), "MB-most")
		c.Close()
		w.down(w.node("m1"), "over")
		w.shell.Close()
		time.Sleep(20 * time.Second)
		w.net.Close()
	})
}

// saveFile downloads a snapshot to a file of the machine it runs on, and gives its
// size: the world's own workstation has no room for it.
func saveFile(b *testing.B, c client.Client) (size int64) {
	file, err := os.Create(filepath.Join(b.TempDir(), "s.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	err = c.Snapshot(context.Background(), func(chunk *api.SnapshotResponse) error {
		n, err := file.Write(chunk.Blob)
		size += int64(n)
		return err
	})
	if err != nil || !snapfile.HasSum(int(size)) {
		b.Errorf("%d bytes, %v", size, err)
	}
	return size
}

const millionKeys = 1_000_000

func millionKey(i int) []byte { return fmt.Appendf(nil, "/registry/pods/key-%07d", i) }

// loadMillion writes the keys, 10 in a transaction.
func loadMillion(b *testing.B, c client.Client) {
	chance := rand.New(rand.NewSource(1))
	for i := 0; i < millionKeys; {
		txn := &api.TxnRequest{}
		for range 10 {
			value := make([]byte, 100)
			chance.Read(value)
			txn.Success = append(txn.Success, &api.RequestOp{Put: &api.PutRequest{Key: millionKey(i), Value: value}})
			i++
		}
		if _, err := c.Txn(context.Background(), txn); err != nil {
			b.Fatal(err)
		}
	}
}
