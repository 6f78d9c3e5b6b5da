package host

import (
	"context"
	"encoding/binary"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

// This file is the world's side of wasi_snapshot_preview1: what a wasip1
// program needs to tell time, wait, draw chance, write its last words and end;
// nothing else. static/src/core/wasi.ts answers identically, errno for errno.
// An address outside the memory traps in both.

const wasiModule = "wasi_snapshot_preview1"

// The answers of wasi_snapshot_preview1 that a world can give.
const (
	errnoSuccess  = 0
	errnoBadFd    = 8
	errnoDeadlock = 16
	errnoInvalid  = 28
	errnoNoSys    = 52
)

const (
	clockRealtime  = 0
	clockMonotonic = 1

	subscriptionBytes = 48
	tagClock          = 0
	tagMax            = 2
	flagAbsolute      = 1
	eventBytes        = 32

	fileTypeCharacter = 2
	fdStatBytes       = 24
)

// lastWordsBytes is what is kept of the text on fd 1 and 2 during one call: the
// first 64 KiB, where a Go program that dies says why.
const lastWordsBytes = 64 << 10

// A call answers one WASI function; p holds its parameters.
type call func(w *world, p []uint64) uint32

var wasiCalls = map[string]call{
	"args_get":          (*world).args,
	"args_sizes_get":    (*world).argsSizes,
	"environ_get":       answer(errnoSuccess),
	"environ_sizes_get": (*world).none,
	"clock_res_get":     (*world).clockResolution,
	"clock_time_get":    (*world).clockTime,
	"fd_fdstat_get":     (*world).fdStat,
	"fd_prestat_get":    answer(errnoBadFd),
	"fd_write":          (*world).fdWrite,
	"poll_oneoff":       (*world).poll,
	"random_get":        (*world).randomGet,
	"sched_yield":       answer(errnoSuccess),
}

// instantiateWasi gives the runtime every WASI function that the module
// imports; those not known here answer errnoNoSys.
func instantiateWasi(ctx context.Context, r wazero.Runtime, imports []api.FunctionDefinition) error {
	builder := r.NewHostModuleBuilder(wasiModule)
	for _, f := range imports {
		module, name, _ := f.Import()
		if module != wasiModule {
			continue
		}
		builder.NewFunctionBuilder().
			WithGoModuleFunction(wasiFunction(name), f.ParamTypes(), f.ResultTypes()).
			Export(name)
	}
	_, err := builder.Instantiate(ctx)
	return err
}

func wasiFunction(name string) api.GoModuleFunc {
	if name == "proc_exit" {
		return func(_ context.Context, _ api.Module, stack []uint64) {
			panic(sys.NewExitError(uint32(stack[0])))
		}
	}
	run, known := wasiCalls[name]
	if !known {
		run = answer(errnoNoSys)
	}
	return func(ctx context.Context, _ api.Module, stack []uint64) {
		w := worldOf(ctx)
		w.enter()
		stack[0] = uint64(run(w, stack))
	}
}

func answer(errno uint32) call {
	return func(*world, []uint64) uint32 { return errno }
}

// programName is the program's one argument, ended by a zero; a program without
// a name is none that Go's libraries expect.
const programName = "lab\x00"

func (w *world) argsSizes(p []uint64) uint32 {
	w.putUint32(p[0], 1)
	w.putUint32(p[1], uint32(len(programName)))
	return errnoSuccess
}

func (w *world) args(p []uint64) uint32 {
	w.putUint32(p[0], uint32(p[1]))
	copy(w.bytes(u32(p[1]), uint64(len(programName))), programName)
	return errnoSuccess
}

func (w *world) none(p []uint64) uint32 {
	w.putUint32(p[0], 0)
	w.putUint32(p[1], 0)
	return errnoSuccess
}

func (w *world) clockResolution(p []uint64) uint32 {
	if id := uint32(p[0]); id != clockRealtime && id != clockMonotonic {
		return errnoInvalid
	}
	w.putUint64(p[1], 1)
	return errnoSuccess
}

func (w *world) clockTime(p []uint64) uint32 {
	switch uint32(p[0]) {
	case clockMonotonic:
		w.putUint64(p[2], w.clock.monotonic())
	case clockRealtime:
		w.putUint64(p[2], w.clock.wall())
	default:
		return errnoInvalid
	}
	return errnoSuccess
}

func (w *world) fdStat(p []uint64) uint32 {
	if uint32(p[0]) > 2 {
		return errnoBadFd
	}
	stat := w.bytes(u32(p[1]), fdStatBytes)
	clear(stat)
	stat[0] = fileTypeCharacter
	return errnoSuccess
}

func (w *world) fdWrite(p []uint64) uint32 {
	if fd := uint32(p[0]); fd != 1 && fd != 2 {
		return errnoBadFd
	}
	var total uint32
	for i := range u32(p[2]) {
		part := w.bytes(u32(p[1])+8*i, 8)
		address, length := le.Uint32(part), le.Uint32(part[4:])
		w.keepWords(w.bytes(uint64(address), uint64(length)))
		total += length
	}
	w.putUint32(p[3], total)
	return errnoSuccess
}

func (w *world) keepWords(b []byte) {
	w.words = append(w.words, b[:min(len(b), lastWordsBytes-len(w.words))]...)
}

func (w *world) randomGet(p []uint64) uint32 {
	w.random.fill(w.bytes(u32(p[0]), u32(p[1])))
	return errnoSuccess
}

// poll never sleeps: it moves the clock to the earliest deadline (the first of
// equals) and reports that one subscription. Files and moments beyond the end
// of time are never ready; with nothing else to wait for the answer is
// deadlock, and a Go program dies of it.
func (w *world) poll(p []uint64) uint32 {
	subs, event, count, ready := u32(p[0]), u32(p[1]), u32(p[2]), u32(p[3])
	if count == 0 {
		return errnoInvalid
	}
	var first []byte
	earliest := uint64(never)
	for i := range count {
		sub := w.bytes(subs+subscriptionBytes*i, subscriptionBytes)
		if sub[8] > tagMax {
			return errnoInvalid
		}
		if sub[8] != tagClock {
			continue
		}
		deadline, ok := w.deadline(sub)
		if !ok {
			return errnoInvalid
		}
		if deadline < earliest {
			first, earliest = sub, deadline
		}
	}
	if first == nil {
		return errnoDeadlock
	}
	w.clock.now = earliest
	w.report(le.Uint64(first), event)
	w.putUint32(ready, 1)
	return errnoSuccess
}

// deadline is when a clock subscription is due; not ok if there is no such
// clock.
func (w *world) deadline(sub []byte) (uint64, bool) {
	id, nanos := le.Uint32(sub[16:]), le.Uint64(sub[24:])
	absolute := le.Uint16(sub[40:])&flagAbsolute != 0
	switch {
	case id != clockMonotonic && id != clockRealtime:
		return 0, false
	case !absolute:
		return w.clock.after(nanos), true
	case id == clockMonotonic:
		return w.clock.at(nanos, monotonicStartNanos), true
	default:
		return w.clock.at(nanos, w.clock.epochNanos), true
	}
}

// report writes the event of a clock subscription: its user data, no error,
// its kind.
func (w *world) report(userData uint64, address uint64) {
	event := w.bytes(address, eventBytes)
	clear(event)
	le.PutUint64(event, userData)
}

var le = binary.LittleEndian

// u32 reads a parameter of 32 bits: the upper half of its place is undefined.
func u32(p uint64) uint64 { return uint64(uint32(p)) }

// bytes is a part of the module's memory; an address outside it traps.
func (w *world) bytes(address, length uint64) []byte {
	if b, ok := w.memory.Read(uint32(address), uint32(length)); ok && address>>32 == 0 {
		return b
	}
	panic(errOutside)
}

func (w *world) putUint32(address uint64, v uint32) {
	le.PutUint32(w.bytes(u32(address), 4), v)
}

func (w *world) putUint64(address uint64, v uint64) {
	le.PutUint64(w.bytes(u32(address), 8), v)
}
