//go:build wasip1

package main

import (
	"runtime"
	"runtime/debug"
)

// How far the heap may grow before it is collected, in percent of what is alive
// (GOGC): a small world, whose memory nobody feels, is collected rarely, and a
// large one so often that its memory stays near twice what it needs. A hard
// limit was worse: a world whose history comes near it spends all its time
// collecting.
const (
	garbageBytes      = 32 << 20 // for a small world
	garbagePercentMin = 130
	garbagePercentMax = 400
)

// cycle is garbage from the beginning: its finalizer runs once after a collection.
type cycle struct{ _ [16]byte }

var garbagePercent int

// tuneGarbage sets the pace of collections now and after each of them.
func tuneGarbage() {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	alive := max(stats.HeapAlloc, 1)
	percent := int(min(max(garbageBytes*100/alive, garbagePercentMin), garbagePercentMax))
	if percent != garbagePercent {
		garbagePercent = percent
		debug.SetGCPercent(percent)
	}
	runtime.SetFinalizer(new(cycle), func(*cycle) { tuneGarbage() })
}
