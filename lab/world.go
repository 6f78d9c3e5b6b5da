// Package lab is the deterministic world: members, the network between them,
// disks, the learner's shell, and every event that happens. A world is a pure
// function of its configuration, its seed (the host's random_get) and its
// inputs; it knows no other clock than time.Now, which the host makes virtual.
package lab

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"quorumlab/lab/condition"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/files"
	"quorumlab/lab/labctl"
	"quorumlab/lab/network"
	"quorumlab/lab/recording"
	"quorumlab/lab/shell"
)

// Tick is the step in which a host moves time.
const Tick = recording.TickMicros * time.Microsecond

// Defaults of a world that says nothing else.
const (
	defaultLatency       = 5 * time.Millisecond
	workstationLatency   = 1 * time.Millisecond
	defaultFsync         = 1 * time.Millisecond
	defaultSnapshotCount = 10_000
	defaultToken         = "etcd-cluster"
	clientPort           = recording.ClientPort
	peerPort             = recording.PeerPort
	workstation          = recording.Workstation
	home                 = "/home/learner"
)

// World is one world. Its exported methods may be called from the goroutine
// that boots and ticks it; what commands need of it is safe from any goroutine.
type World struct {
	config recording.World
	sink   func(line []byte)
	born   time.Time

	emitting  sync.Mutex
	current   event.Event // the one being emitted: kept here, it costs no allocation
	message   event.Event // the same for messages, the bulk of all events
	fate      event.Event // and for what became of them
	buf       []byte
	observers []func(*event.Event)
	model     condition.Model

	net       *network.Network
	files     *files.FS
	shell     *shell.Shell
	desk      *network.Host // the learner's workstation
	requestID uint64

	known     atomic.Pointer[[]*node] // the machines there are, in the order of their numbers; replaced, never changed
	growing   sync.Mutex              // held while a machine is put up
	mu        sync.Mutex
	dirs      map[string]*disk.Dir // by absolute path
	histories map[string]*history
	founded   int

	inputs []func()
	ready  bool

	// BeforeReady, if set, runs once the cluster is up and before the learner
	// gets the prompt (an exercise's start script).
	BeforeReady func()
	// AfterTick, if set, is called at the end of every tick.
	AfterTick func(nowMicros int64)
	// Extra handles inputs the world itself does not know, by their type.
	Extra map[string]func(input []byte) error
}

// New makes a world and starts its members; sink gets every event as one JSON
// object, and must not keep the slice. The members' processes run from now on,
// whenever time passes.
func New(config recording.World, sink func(line []byte)) (*World, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	config.Members = config.Size()
	if config.Token == "" {
		config.Token = defaultToken
	}
	if config.Shell == "" {
		config.Shell = workstation
	}
	if config.SnapshotCount == 0 {
		config.SnapshotCount = defaultSnapshotCount
	}
	w := &World{
		config: config, sink: sink, born: time.Now(),
		dirs: map[string]*disk.Dir{}, histories: map[string]*history{},
		Extra: map[string]func([]byte) error{},
	}
	w.build()
	return w, nil
}

func (w *World) build() {
	latency := orDefault(time.Duration(w.config.LatencyMicros)*time.Microsecond, defaultLatency)
	w.net = network.New(network.LinkState{Latency: latency}, tap{w})
	w.files = files.New(time.Now)
	addresses := map[string]string{}
	w.desk = w.net.AddHost(workstation, recording.WorkstationAddress)
	for i := 1; i <= w.config.Members; i++ {
		n := w.newNode(i)
		addresses[n.name] = n.ip
	}
	w.makeCertificates()
	w.Emit(event.Event{Type: event.World, Members: w.names(), Addresses: addresses, Epoch: w.config.Epoch, Seed: w.config.Seed})
	for _, n := range w.machines() {
		w.emitDisk(n, false)
	}
	w.buildShell()
	for _, n := range w.founders() {
		if err := w.start(n, labctl.ServerFlags{}); err != nil {
			panic(fmt.Sprintf("a fresh member does not start: %v", err))
		}
	}
	go w.boot()
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// bootPatience bounds how long the prompt waits for a leader.
const bootPatience = 30 * time.Second

// boot waits for the cluster, runs the start script and gives the prompt.
func (w *World) boot() {
	for deadline := time.Now().Add(bootPatience); !w.allJoined() && time.Now().Before(deadline); {
		time.Sleep(Tick)
	}
	w.fill()
	if w.BeforeReady != nil {
		w.BeforeReady()
	}
	w.Emit(event.Event{Type: event.Ready, Leader: w.leaderName()})
	w.mu.Lock()
	w.ready = true
	w.mu.Unlock()
	if err := w.shell.Open(1, w.config.Shell); err != nil {
		panic(err)
	}
}

// Input takes one input; what it does begins with the next tick. An error says
// why it was refused, and is also an event; the world goes on.
func (w *World) Input(raw []byte) error {
	do, err := w.parseInput(raw)
	if err != nil {
		w.Emit(event.Event{Type: event.Error, Text: err.Error()})
		return err
	}
	w.inputs = append(w.inputs, do)
	return nil
}

// RunTick lets one tick of virtual time pass.
func (w *World) RunTick() {
	inputs := w.inputs
	w.inputs = nil
	for _, do := range inputs {
		do()
	}
	time.Sleep(Tick)
	for _, n := range w.machines() {
		if p := w.process(n); p != nil {
			p.Poll()
		}
	}
	if w.AfterTick != nil {
		w.AfterTick(w.micros())
	}
}

// Emit stamps an event, shows it to the observers and sends it out. It is safe
// for concurrent use; an observer may
// neither emit nor keep the event.
func (w *World) Emit(e event.Event) {
	w.emitting.Lock()
	defer w.emitting.Unlock()
	w.current = e
	w.current.T = w.micros()
	switch e.Type {
	case event.Log:
		w.keepLog(e.Member, e.Text)
	case event.Output:
	default:
		w.model.Observe(&w.current)
		for _, observe := range w.observers {
			observe(&w.current)
		}
	}
	w.send(&w.current)
}

// micros is the time since boot.
func (w *World) micros() int64 { return time.Since(w.born).Microseconds() }

// send sends a stamped event out. w.emitting is held.
func (w *World) send(e *event.Event) {
	w.buf = e.Append(w.buf[:0])
	w.sink(w.buf)
}

// Observe adds an observer of the events that conditions can ask about:
// messages, logs and output are left out. Add observers before the first tick.
func (w *World) Observe(observe func(*event.Event)) { w.observers = append(w.observers, observe) }

// Ready tells whether the learner has got the prompt.
func (w *World) Ready() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ready
}

// Model is what conditions are asked of. It may be read by observers, by
// AfterTick, and through Holds.
func (w *World) Model() *condition.Model { return &w.model }

// RunScript runs a script without a session, for exercises' start scripts; it
// gives the exit code and everything printed.
func (w *World) RunScript(script string) (code int, output string) { return w.runQuietly(script) }

func (w *World) nextRequest() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requestID++
	return w.requestID
}

// tap turns what the network tells into events. No condition asks about
// messages, so observers do not see them.
type tap struct{ w *World }

func (t tap) Sent(id uint64, from, to string, l network.Label) {
	w := t.w
	w.emitting.Lock()
	defer w.emitting.Unlock()
	e := &w.message
	e.T = w.micros()
	e.Type, e.ID, e.From, e.To, e.Msg, e.Method, e.Key = event.Send, id, from, to, l.Msg, l.Method, l.Key
	e.Term, e.Index, e.LogTerm, e.Entries, e.Commit = l.Term, l.Index, l.LogTerm, l.Entries, l.Commit
	e.Granted, e.OK, e.Bytes = l.Granted, l.OK, l.Bytes
	w.send(e)
}

func (t tap) Delivered(id uint64)           { t.became(event.Deliver, id, "") }
func (t tap) Dropped(id uint64, why string) { t.became(event.Drop, id, why) }
func (t tap) Resent(id uint64)              { t.became(event.Resend, id, "") }

// Delayed tells that a message will arrive later, as somebody wished.
func (t tap) Delayed(id uint64, by time.Duration) {
	w := t.w
	w.emitting.Lock()
	defer w.emitting.Unlock()
	w.send(&event.Event{T: w.micros(), Type: event.Delay, ID: id, LatencyMicros: by.Microseconds()})
}

// became tells what became of a message.
func (t tap) became(what event.Type, id uint64, why string) {
	w := t.w
	w.emitting.Lock()
	defer w.emitting.Unlock()
	w.fate.T, w.fate.Type, w.fate.ID, w.fate.Why = w.micros(), what, id, why
	w.send(&w.fate)
}
