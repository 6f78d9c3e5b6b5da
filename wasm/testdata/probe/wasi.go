package main

import (
	"encoding/binary"
	"unsafe"
)

type ptr = unsafe.Pointer

//go:wasmimport wasi_snapshot_preview1 poll_oneoff
func pollOneoff(subs, events ptr, count uint32, ready ptr) uint32

//go:wasmimport wasi_snapshot_preview1 clock_time_get
func clockTimeGet(id uint32, precision uint64, result ptr) uint32

//go:wasmimport wasi_snapshot_preview1 clock_res_get
func clockResGet(id uint32, result ptr) uint32

//go:wasmimport wasi_snapshot_preview1 random_get
func randomGet(at ptr, length uint32) uint32

//go:wasmimport wasi_snapshot_preview1 fd_fdstat_get
func fdFdstatGet(fd uint32, result ptr) uint32

//go:wasmimport wasi_snapshot_preview1 fd_prestat_get
func fdPrestatGet(fd uint32, result ptr) uint32

//go:wasmimport wasi_snapshot_preview1 fd_write
func fdWrite(fd uint32, parts ptr, count uint32, written ptr) uint32

//go:wasmimport wasi_snapshot_preview1 fd_read
func fdRead(fd uint32, parts ptr, count uint32, read ptr) uint32

//go:wasmimport wasi_snapshot_preview1 fd_close
func fdClose(fd uint32) uint32

//go:wasmimport wasi_snapshot_preview1 args_sizes_get
func argsSizesGet(count, bytes ptr) uint32

//go:wasmimport wasi_snapshot_preview1 environ_sizes_get
func environSizesGet(count, bytes ptr) uint32

//go:wasmimport wasi_snapshot_preview1 args_get
func argsGet(list, bytes ptr) uint32

//go:wasmimport wasi_snapshot_preview1 environ_get
func environGet(list, bytes ptr) uint32

//go:wasmimport wasi_snapshot_preview1 sched_yield
func schedYield() uint32

//go:wasmimport wasi_snapshot_preview1 path_unlink_file
func pathUnlinkFile(fd uint32, path ptr, length uint32) uint32

const (
	wall      = 0
	monotonic = 1
	absolute  = 1
)

var out [256]byte

// wasi tells what each call answers.
func wasi() {
	at := ptr(&out)
	tell("clock_res_get wall", clockResGet(wall, at))
	tell("clock_res_get monotonic", clockResGet(monotonic, at))
	tell("clock_res_get cpu", clockResGet(2, at))
	tell("clock_time_get wall", clockTimeGet(wall, 0, at))
	tell("clock_time_get monotonic", clockTimeGet(monotonic, 1, at))
	tell("clock_time_get cpu", clockTimeGet(3, 1, at))
	for _, n := range []uint32{0, 1, 7, 8, 9, 40} {
		tell("random_get", randomGet(at, n))
	}
	for _, fd := range []uint32{0, 1, 2, 3, 1 << 31} {
		tell("fd_fdstat_get", fdFdstatGet(fd, at))
		tell("fd_prestat_get", fdPrestatGet(fd, at))
		tell("fd_close", fdClose(fd))
	}
	files(at)
	polls()
}

func files(at ptr) {
	text := []byte("written")
	parts := [4]uint32{address(ptr(&text[0])), 7, address(ptr(&text[3])), 4}
	for _, fd := range []uint32{0, 1, 2, 3} {
		tell("fd_write", fdWrite(fd, ptr(&parts), 2, at))
	}
	tell("fd_write nothing", fdWrite(1, ptr(&parts), 0, at))
	tell("fd_read", fdRead(0, ptr(&parts), 1, at))
	tell("args_sizes_get", argsSizesGet(at, ptr(&out[4])))
	tell("environ_sizes_get", environSizesGet(at, ptr(&out[4])))
	tell("args_get", argsGet(at, at))
	tell("environ_get", environGet(at, at))
	tell("sched_yield", schedYield())
	tell("path_unlink_file", pathUnlinkFile(3, at, 1))
}

// A sub is one subscription: to a clock, or to a file if tag is not 0.
type sub struct {
	user    uint64
	tag     byte
	id      uint32
	timeout uint64
	flags   uint16
}

func polls() {
	var now [8]byte
	clockTimeGet(monotonic, 1, ptr(&now))
	mono := binary.LittleEndian.Uint64(now[:])
	clockTimeGet(wall, 1, ptr(&now))
	date := binary.LittleEndian.Uint64(now[:])
	const ms = 1_000_000
	poll("none")
	poll("relative", sub{1<<63 + 5, 0, monotonic, 3 * ms, 0})
	poll("relative wall", sub{2, 0, wall, 2*ms + 1, 0})
	poll("first of equals", sub{3, 0, monotonic, ms, 0}, sub{4, 0, wall, ms, 0})
	poll("earliest", sub{5, 0, monotonic, 9 * ms, 0}, sub{6, 1, 0, 0, 0}, sub{7, 0, monotonic, ms, 0})
	poll("absolute", sub{8, 0, monotonic, mono + 20*ms, absolute})
	poll("absolute wall", sub{9, 0, wall, date + 30*ms, absolute})
	poll("absolute in the past", sub{10, 0, monotonic, mono, absolute})
	poll("absolute before boot", sub{11, 0, wall, 5, absolute})
	poll("zero", sub{12, 0, monotonic, 0, 0})
	poll("a file", sub{13, 1, 0, 0, 0})
	poll("a file for writing", sub{14, 2, 0, 0, 0}, sub{15, 0, monotonic, 1, 0})
	poll("no such clock", sub{16, 0, 7, 0, 0})
	poll("no such kind", sub{17, 9, 0, 0, 0})
}

// eternity waits beyond the end of the clock.
func eternity() {
	poll("nearly for ever", sub{1, 0, monotonic, 1 << 52, 0})
	poll("absolute for ever", sub{2, 0, wall, 1<<64 - 1, absolute}, sub{3, 0, monotonic, 1<<64 - 1, 0})
	poll("at the end", sub{4, 0, monotonic, 1, 0})
}

// poll tells what one poll_oneoff answers and where it leaves the clock.
func poll(name string, subs ...sub) {
	text := make([]byte, 48*len(subs)+1)
	for i, s := range subs {
		b := text[48*i:]
		binary.LittleEndian.PutUint64(b, s.user)
		b[8] = s.tag
		binary.LittleEndian.PutUint32(b[16:], s.id)
		binary.LittleEndian.PutUint64(b[24:], s.timeout)
		binary.LittleEndian.PutUint16(b[40:], s.flags)
	}
	for i := range out {
		out[i] = 0xEE
	}
	errno := pollOneoff(ptr(&text[0]), ptr(&out), uint32(len(subs)), ptr(&out[200]))
	tell("poll_oneoff "+name, errno)
	clockTimeGet(monotonic, 1, ptr(&out))
	tell("then", 0)
}

func tell(name string, errno uint32) {
	emit("wasi", "%s: %d %x", name, errno, out[:])
	for i := range out {
		out[i] = 0xEE
	}
}

func address(p ptr) uint32 { return uint32(uintptr(p)) }
