package host

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/sys"

	"quorumlab/lab/event"
	"quorumlab/lab/recording"
)

// A Run is one world. It is for one goroutine at a time.
type Run struct {
	world
	ctx      context.Context
	cancel   context.CancelFunc
	instance api.Module
	exports  struct{ buffer, boot, input, tick api.Function }
	stack    [1]uint64
	ticks    int
	err      error // why the run has ended
}

// world is the host's side of one instance: what its imports read and change.
type world struct {
	clock     clock
	random    splitMix64
	words     []byte // on fd 1 and 2 during the call
	memory    api.Memory
	hash      hash.Hash
	events    int
	onEvent   func([]byte)
	lastError []byte // the last event of type error, while booting or taking an input
	asking    bool   // lastError is wanted
	until     time.Time
	calls     uint
}

type worldKey struct{}

func worldOf(ctx context.Context) *world { return ctx.Value(worldKey{}).(*world) }

var errOutside = errors.New("an address outside the memory")

// Start boots a world. Seeds are whole numbers from 0 to recording.MaxSeed.
// The error is a *Refused, a *Crash, ErrDeadline, the context's, or names the
// field of the world that is wrong. ctx bounds the whole run.
func (m *Module) Start(ctx context.Context, w recording.World, seed uint64, opts Options) (*Run, error) {
	boot, epoch, err := prepare(w, seed)
	if err != nil {
		return nil, err
	}
	r := &Run{world: world{
		clock:   clock{epochNanos: epoch},
		random:  splitMix64{state: seed},
		hash:    sha256.New(),
		onEvent: opts.OnEvent,
		until:   opts.Deadline,
	}}
	r.cancel = func() {}
	if m.interruptible && !opts.Deadline.IsZero() {
		ctx, r.cancel = context.WithDeadlineCause(ctx, opts.Deadline, ErrDeadline)
	}
	r.ctx = context.WithValue(ctx, worldKey{}, &r.world)
	if err := r.instantiate(m, opts.MemoryLimitBytes); err != nil {
		r.cancel()
		return nil, err
	}
	if err := r.begin(boot); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// prepare checks a world and a seed and gives what they boot from.
func prepare(w recording.World, seed uint64) (boot []byte, epochNanos uint64, err error) {
	if err := w.Check(); err != nil {
		return nil, 0, err
	}
	if seed > recording.MaxSeed {
		return nil, 0, fmt.Errorf("seed: %d is over 2^53-1", seed)
	}
	epoch, err := w.EpochTime()
	if err != nil {
		return nil, 0, err
	}
	if epoch.Unix() < 0 || epoch.Unix() > maxEpochSeconds {
		return nil, 0, fmt.Errorf("world.epoch: %s is not between the years 1970 and 2262", w.Epoch)
	}
	boot, err = bootJSON(w, seed)
	return boot, uint64(epoch.UnixNano()), err
}

// maxEpochSeconds leaves two days before the last nanosecond that time.Time
// counts from 1970.
const maxEpochSeconds = 9_223_372_036 - 2*86_400

func (r *Run) instantiate(m *Module, memoryLimitBytes uint64) error {
	if memoryLimitBytes == 0 {
		memoryLimitBytes = DefaultMemoryLimitBytes
	}
	ctx := experimental.WithMemoryAllocator(r.ctx, limit(memoryLimitBytes))
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	instance, err := m.runtime.InstantiateModule(ctx, m.compiled, config)
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	r.instance, r.memory = instance, instance.Memory()
	r.exports.buffer = instance.ExportedFunction("buffer")
	r.exports.boot = instance.ExportedFunction("boot")
	r.exports.input = instance.ExportedFunction("input")
	r.exports.tick = instance.ExportedFunction("tick")
	if r.exports.buffer == nil || r.exports.boot == nil || r.exports.input == nil || r.exports.tick == nil {
		r.Close()
		return errors.New("host: not a lab.wasm: it does not export buffer, boot, input and tick")
	}
	return nil
}

func (r *Run) begin(boot []byte) error {
	if initialize := r.instance.ExportedFunction("_initialize"); initialize != nil {
		if _, err := r.call(initialize); err != nil {
			return err
		}
	}
	return r.give(boot, r.exports.boot)
}

// Input hands one input to the world, which acts on it in the next ticks. A
// *Refused says that the world did not take it and goes on; the input is part
// of the history all the same. Other errors are those of Tick, or say that
// data is not JSON or is too large (then the world has not seen it).
func (r *Run) Input(data json.RawMessage) error {
	text, err := recording.Canonical(data)
	if err != nil {
		return fmt.Errorf("input: %w", err)
	}
	return r.give(text, r.exports.input)
}

// Tick lets 10 ms of virtual time pass. The error is a *Crash, ErrDeadline or
// the context's; once there is one the run has ended and gives it again.
func (r *Run) Tick() error {
	if _, err := r.call(r.exports.tick); err != nil {
		return err
	}
	r.ticks++
	return nil
}

// Ticks is the number of ticks completed.
func (r *Run) Ticks() int { return r.ticks }

// Events is the number of events emitted; a crash is not counted.
func (r *Run) Events() int { return r.events }

// NowMicros is the virtual time since boot in microseconds.
func (r *Run) NowMicros() int64 { return int64(r.clock.now / 1000) }

// Hash is the hex SHA-256 over all events so far, each followed by a newline.
func (r *Run) Hash() string { return hex.EncodeToString(r.hash.Sum(nil)) }

// MemoryBytes is the size of the linear memory.
func (r *Run) MemoryBytes() uint64 { return uint64(r.memory.Size()) }

// Close frees the run. It is safe to call more than once.
func (r *Run) Close() error {
	r.cancel()
	return r.instance.Close(context.Background())
}

func (r *Run) give(text []byte, to api.Function) error {
	if len(text) > MaxInputBytes {
		return fmt.Errorf("input: %d bytes of JSON are over the limit of %d", len(text), MaxInputBytes)
	}
	address, err := r.call(r.exports.buffer, uint64(len(text)))
	if err != nil {
		return err
	}
	if !r.memory.Write(uint32(address), text) {
		return r.end(errOutside)
	}
	r.asking, r.lastError = true, nil
	refused, err := r.call(to, uint64(len(text)))
	r.asking = false
	if err != nil || uint32(refused) == 0 {
		return err
	}
	return &Refused{Text: r.refusal()}
}

func (w *world) refusal() string {
	if e, err := event.Decode(w.lastError); err == nil && e.Text != "" {
		return e.Text
	}
	return "the world refused this and did not say why"
}

// call runs one export. The world's last words are those of this call.
func (r *Run) call(f api.Function, params ...uint64) (uint64, error) {
	if r.err != nil {
		return 0, r.err
	}
	if err := r.due(); err != nil {
		r.err = err
		return 0, err
	}
	r.words = r.words[:0]
	copy(r.stack[:], params)
	if err := f.CallWithStack(r.ctx, r.stack[:]); err != nil {
		return 0, r.end(err)
	}
	return r.stack[0], nil
}

func (r *Run) due() error {
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	if !r.until.IsZero() && time.Now().After(r.until) {
		return ErrDeadline
	}
	return nil
}

// end keeps why the run has ended; a crash is told as one more event, which is
// not hashed.
func (r *Run) end(err error) error {
	if errors.Is(err, ErrDeadline) {
		r.err = ErrDeadline
		return r.err
	}
	if r.ctx.Err() != nil && interrupted(err) {
		r.err = context.Cause(r.ctx)
		return r.err
	}
	crash := &Crash{Text: strings.TrimRight(string(r.words), " \n")}
	if crash.Text == "" {
		crash.Text = "the world stopped: " + err.Error()
	}
	r.err = crash
	if r.onEvent != nil {
		text, _ := json.Marshal(crash.Text) // a string has no other JSON
		r.onEvent([]byte(`{"t":` + strconv.FormatInt(r.NowMicros(), 10) + `,"type":"crash","text":` + string(text) + `}`))
	}
	return crash
}

// interrupted says whether wazero has stopped the code because its context
// ended.
func interrupted(err error) bool {
	var exit *sys.ExitError
	return errors.As(err, &exit) && (exit.ExitCode() == sys.ExitCodeContextCanceled || exit.ExitCode() == sys.ExitCodeDeadlineExceeded)
}

// emit is the module's one way out: an event's line.
func emit(ctx context.Context, _ api.Module, stack []uint64) {
	w := worldOf(ctx)
	w.enter()
	line := w.bytes(u32(stack[0]), u32(stack[1]))
	w.hash.Write(line)
	w.hash.Write(newline)
	w.events++
	if w.asking && strings.Contains(string(line[:min(len(line), 64)]), `"type":"error"`) {
		w.lastError = append(w.lastError[:0], line...)
	}
	if w.onEvent != nil {
		w.onEvent(line)
	}
}

var newline = []byte("\n")

// enter begins each import: the deadline is looked at once in 256.
func (w *world) enter() {
	w.calls++
	if w.calls%256 == 0 && !w.until.IsZero() && time.Now().After(w.until) {
		panic(ErrDeadline)
	}
}

// limit is a memory that grows up to so many bytes; beyond, growing fails and
// the Go program inside dies of it with a stack.
type limit uint64

func (l limit) Allocate(size, _ uint64) experimental.LinearMemory {
	return &linear{limit: uint64(l), bytes: make([]byte, 0, min(size, uint64(l)))}
}

type linear struct {
	limit uint64
	bytes []byte
}

// Reallocate grows by halves, so that a growing world is seldom copied.
func (m *linear) Reallocate(size uint64) []byte {
	if size > m.limit {
		return nil
	}
	if size > uint64(cap(m.bytes)) {
		grown := make([]byte, size, min(m.limit, max(size, size+size/2)))
		copy(grown, m.bytes)
		m.bytes = grown
	}
	m.bytes = m.bytes[:size]
	return m.bytes
}

func (m *linear) Free() { m.bytes = nil }

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
