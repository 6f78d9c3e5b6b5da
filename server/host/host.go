// Package host runs lab.wasm in this process, by wazero: an instance of it is
// one world with its own clock, its own chance and the events it emits.
// static/src/core/host.ts is the same in TypeScript; for the same lab, seed
// and inputs both give the same event hash.
package host

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"quorumlab/lab/recording"
)

// MaxInputBytes is the size of the largest input, as JSON in canonical form.
const MaxInputBytes = 1 << 20

// DefaultMemoryLimitBytes bounds a world's linear memory if Options do not.
const DefaultMemoryLimitBytes = 1 << 30

// A Module is a compiled lab.wasm. It is safe for concurrent use; its runs
// share the machine code and nothing else.
type Module struct {
	sha256   string
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	cache    wazero.CompilationCache
	// interruptible code looks at its deadline in every loop and call.
	interruptible bool
}

// Compile turns the bytes of lab.wasm into machine code, which takes seconds,
// and keeps it in cacheDir for the next process; with no cacheDir it is kept
// in memory only. Close the module when all its runs are closed.
func Compile(ctx context.Context, wasm []byte, cacheDir string) (*Module, error) {
	return compile(ctx, wasm, cacheDir, false)
}

// CompileInterruptible is Compile for runs of strangers: a deadline, or the end
// of the context, then stops even a loop that never calls the host. Runs take
// about 2.2 times as long for it (3 idle members: 31 virtual seconds a second
// where Compile gives 69, of one core).
func CompileInterruptible(ctx context.Context, wasm []byte, cacheDir string) (*Module, error) {
	return compile(ctx, wasm, cacheDir, true)
}

func compile(ctx context.Context, wasm []byte, cacheDir string, interruptible bool) (*Module, error) {
	cache, err := openCache(cacheDir)
	if err != nil {
		return nil, fmt.Errorf("host: compilation cache: %w", err)
	}
	config := wazero.NewRuntimeConfig().WithCompilationCache(cache).
		WithDebugInfoEnabled(false).WithCloseOnContextDone(interruptible)
	sum := sha256.Sum256(wasm)
	m := &Module{
		sha256:        hex.EncodeToString(sum[:]),
		runtime:       wazero.NewRuntimeWithConfig(ctx, config),
		cache:         cache,
		interruptible: interruptible,
	}
	if err := m.compile(ctx, wasm); err != nil {
		return nil, errors.Join(fmt.Errorf("host: lab.wasm: %w", err), m.Close(ctx))
	}
	return m, nil
}

func openCache(dir string) (wazero.CompilationCache, error) {
	if dir == "" {
		return wazero.NewCompilationCache(), nil
	}
	return wazero.NewCompilationCacheWithDir(dir)
}

func (m *Module) compile(ctx context.Context, wasm []byte) error {
	compiled, err := m.runtime.CompileModule(ctx, wasm)
	if err != nil {
		return err
	}
	m.compiled = compiled
	if err := instantiateWasi(ctx, m.runtime, compiled.ImportedFunctions()); err != nil {
		return err
	}
	_, err = m.runtime.NewHostModuleBuilder("lab").NewFunctionBuilder().
		WithGoModuleFunction(api.GoModuleFunc(emit), []api.ValueType{api.ValueTypeI32, api.ValueTypeI32}, nil).
		Export("emit").Instantiate(ctx)
	return err
}

// SHA256 names the lab version: the hex SHA-256 of lab.wasm.
func (m *Module) SHA256() string { return m.sha256 }

// Close frees the machine code. No run may be in use.
func (m *Module) Close(ctx context.Context) error {
	return errors.Join(m.runtime.Close(ctx), m.cache.Close(ctx))
}

// Options bound and watch a run.
type Options struct {
	// OnEvent gets each event's line, without a newline, as it is emitted: one
	// after the other, on the goroutine that calls the run. The bytes are
	// valid until it returns. The last one may be the host's own crash event.
	OnEvent func(line []byte)
	// MemoryLimitBytes bounds the linear memory; zero is
	// DefaultMemoryLimitBytes. A world that wants more dies of it.
	MemoryLimitBytes uint64
	// Deadline ends the run in real time with ErrDeadline; zero is none. It is
	// seen whenever the module calls the host, which it does many times in
	// each tick; anywhere, if the module is interruptible.
	Deadline time.Time
}

// ErrDeadline says that a run was given up because it took too long.
var ErrDeadline = errors.New("the run took longer than it may")

// A Crash says that the world has ended: by a panic, a trap, an exit or for
// want of memory.
type Crash struct {
	Text string // what the program wrote last: a Go stack, if it had one
}

func (c *Crash) Error() string { return "the world has crashed: " + firstLine(c.Text) }

// Refused says that the world would not take an input, or would not boot. A
// world that refused an input goes on, and the refusal is part of its history.
type Refused struct {
	Text string // the event's
}

func (r *Refused) Error() string { return r.Text }

// OtherLab says that a recording was made by another lab than the one at hand.
type OtherLab struct {
	Recorded, Here string // SHA-256 of lab.wasm
}

func (e *OtherLab) Error() string {
	return fmt.Sprintf("lab: the recording was made by lab %s; this is lab %s: another lab gives another history", e.Recorded, e.Here)
}

// Result is what a replay comes to.
type Result struct {
	Lab    string `json:"lab"`
	Ticks  int    `json:"ticks"`
	Events int    `json:"events"`
	Hash   string `json:"sha256"`
}

// Replay runs a whole recording. The error is an *OtherLab, a *Crash,
// ErrDeadline, the context's, or says what is wrong with the recording.
func (m *Module) Replay(ctx context.Context, rec *recording.Recording, opts Options) (*Result, error) {
	if err := rec.Check(); err != nil {
		return nil, err
	}
	if rec.Lab != m.sha256 {
		return nil, &OtherLab{Recorded: rec.Lab, Here: m.sha256}
	}
	run, err := m.Start(ctx, rec.World, rec.Seed, opts)
	if err != nil {
		return nil, err
	}
	defer run.Close()
	if err := run.play(rec); err != nil {
		return nil, err
	}
	return &Result{Lab: m.sha256, Ticks: run.Ticks(), Events: run.Events(), Hash: run.Hash()}, nil
}

func (r *Run) play(rec *recording.Recording) error {
	inputs := rec.Inputs
	for {
		for len(inputs) > 0 && inputs[0].Tick == r.ticks {
			if err := r.replayInput(inputs[0].Data); err != nil {
				return err
			}
			inputs = inputs[1:]
		}
		if r.ticks >= rec.Ticks {
			return nil
		}
		if err := r.Tick(); err != nil {
			return err
		}
	}
}

func (r *Run) replayInput(data []byte) error {
	err := r.Input(data)
	if refused := new(Refused); errors.As(err, &refused) {
		return nil
	}
	return err
}
