//go:build wasip1

// Command wasm is the world as a WebAssembly module: a wasip1 reactor that
// takes bytes in and gives bytes out. ARCHITECTURE.md describes the calls; a
// host makes them in one order and never others, because each of them is part
// of the world's history.
package main

import (
	"encoding/json"
	"unsafe"

	"quorumlab/lab"
	"quorumlab/lab/event"
	"quorumlab/lab/recording"
)

func main() {}

// in is where the host writes what it has to say.
var in []byte

var world *lab.World

//go:wasmimport lab emit
func emit(p unsafe.Pointer, n uint32)

func send(line []byte) { emit(unsafe.Pointer(unsafe.SliceData(line)), uint32(len(line))) }

//go:wasmexport buffer
func buffer(n uint32) unsafe.Pointer {
	if int(n) > cap(in) {
		in = make([]byte, n)
	}
	in = in[:n]
	return unsafe.Pointer(unsafe.SliceData(in))
}

//go:wasmexport boot
func boot(n uint32) uint32 {
	tuneGarbage()
	var config recording.World
	err := json.Unmarshal(in[:n], &config)
	if err == nil {
		world, err = lab.New(config, send)
	}
	if err != nil {
		e := event.Event{Type: event.Error, Text: "boot: " + err.Error()}
		send(e.Append(nil))
		return 1
	}
	attach(world)
	return 0
}

//go:wasmexport input
func input(n uint32) uint32 {
	if world == nil || world.Input(in[:n]) != nil {
		return 1
	}
	return 0
}

//go:wasmexport tick
func tick() {
	if world != nil {
		world.RunTick()
	}
}
