package lab

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/event"
	"quorumlab/lab/recording"
)

// BenchmarkWrites is for profiles (-cpuprofile, -memprofile) of a world of three
// members that takes writes, one at a time and 64 in flight. Its ns/op is virtual
// time; `make bench` measures real time.
func BenchmarkWrites(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			var t testing.T
			synctest.Test(&t, func(*testing.T) {
				w, err := New(recording.World{Members: 3}, func([]byte) {})
				if err != nil {
					b.Fatal(err)
				}
				var ready bool
				w.Observe(func(e *event.Event) { ready = ready || e.Type == event.Ready })
				for !ready {
					w.RunTick()
				}
				put, done := w.Writer(workstation)
				b.ResetTimer()
				var all sync.WaitGroup
				for n := range writers {
					all.Go(func() {
						for i := n; i < b.N; i += writers {
							if err := put(context.Background(), fmt.Sprint("key/", i%100), "sixteen bytes ok"); err != nil {
								b.Error(err)
							}
						}
					})
				}
				all.Wait()
				b.StopTimer()
				done()
				for _, n := range w.machines() {
					w.down(n, "over")
				}
				w.shell.Close()
				time.Sleep(20 * time.Second)
				w.net.Close()
			})
		})
	}
}
