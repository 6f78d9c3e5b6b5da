package lab

import (
	"errors"
	"fmt"
	"time"

	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/labctl"
	"quorumlab/lab/network"
)

// What can be done to members and links. Names are members' names; an unknown
// one is an error. Each change is an event of its own; the `fault` event that
// says what was asked for is the caller's.

func (w *World) mustNode(name string) (*node, error) {
	if n := w.node(name); n != nil {
		return n, nil
	}
	return nil, fmt.Errorf("there is no member %q; this world has %s to %s", name, w.machines()[0].name, w.machines()[len(w.machines())-1].name)
}

// running fails unless the node has a process that can be ended.
func (w *World) running(n *node) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n.proc == nil {
		return fmt.Errorf("%s is down already", n.name)
	}
	if n.stopping {
		return fmt.Errorf("%s is stopping already", n.name)
	}
	return nil
}

// Kill ends a member's process at once (SIGKILL).
func (w *World) Kill(name string) error {
	n, err := w.mustNode(name)
	if err != nil {
		return err
	}
	if err := w.running(n); err != nil {
		return err
	}
	w.down(n, "killed")
	return nil
}

func (w *World) down(n *node, why string) {
	w.mu.Lock()
	p := n.proc
	n.proc, n.paused, n.stopping = nil, false, false
	w.mu.Unlock()
	if p == nil {
		return
	}
	p.Kill()
	w.emitState(n, "down", why)
}

// Stop ends a member's process gracefully (SIGTERM); a leader hands over
// first. It returns when the process has ended.
func (w *World) Stop(name string) error {
	n, err := w.mustNode(name)
	if err != nil {
		return err
	}
	if err := w.running(n); err != nil {
		return err
	}
	w.mu.Lock()
	p := n.proc
	n.stopping = true
	paused := n.paused
	w.mu.Unlock()
	if paused {
		w.mu.Lock()
		n.stopping = false
		w.mu.Unlock()
		return fmt.Errorf("%s is paused: a frozen process does not hear SIGTERM; resume or kill it", n.name)
	}
	p.Stop()
	w.down(n, "stopped")
	return nil
}

// Start starts a member's process, on a machine that may be put up for it. An
// error is what it printed before it exited.
func (w *World) Start(name string, flags labctl.ServerFlags) error {
	n, err := w.machine(name)
	if err != nil {
		return err
	}
	if w.process(n) != nil {
		return fmt.Errorf("%s is running already", n.name)
	}
	return w.start(n, flags)
}

// Pause freezes a member's process (SIGSTOP).
func (w *World) Pause(name string) error { return w.setPaused(name, true) }

// Resume ends a pause (SIGCONT).
func (w *World) Resume(name string) error { return w.setPaused(name, false) }

func (w *World) setPaused(name string, paused bool) error {
	n, err := w.mustNode(name)
	if err != nil {
		return err
	}
	w.mu.Lock()
	p, was := n.proc, n.paused
	if p != nil {
		n.paused = paused
	}
	w.mu.Unlock()
	switch {
	case p == nil:
		return fmt.Errorf("%s is down", n.name)
	case was == paused && paused:
		return fmt.Errorf("%s is paused already", n.name)
	case was == paused:
		return fmt.Errorf("%s is not paused", n.name)
	case paused:
		n.host.Pause()
		w.emitState(n, "paused", "paused")
		return nil
	}
	n.host.Resume()
	state := "starting"
	if p.Joined() {
		state = "up"
	}
	w.emitState(n, state, "resumed")
	return nil
}

// Wipe removes a stopped member's data directory.
func (w *World) Wipe(name string) error {
	n, err := w.mustNode(name)
	if err != nil {
		return err
	}
	if w.process(n) != nil {
		return fmt.Errorf("%s is running: stop or kill it before you wipe its disk", n.name)
	}
	return w.removeDir(n.dataDir)
}

// removeDir empties a data directory. A process that has it open keeps what it
// opened, as with deleted files.
func (w *World) removeDir(dir string) error {
	w.mu.Lock()
	w.dirs[dir] = disk.NewDir()
	w.mu.Unlock()
	if owner := w.ownerOf(dir); owner != nil {
		owner.corrupt = false
		w.emitDisk(owner, true)
	}
	return nil
}

func (w *World) emitDisk(n *node, wiped bool) {
	fsync, full := n.disk.State()
	w.Emit(event.Event{Type: event.Disk, Member: n.name, FsyncMicros: fsync.Microseconds(), Full: full, Corrupt: n.corrupt, Wiped: wiped})
}

// SetFsync changes the time of a member's fsync; 0 is the default.
func (w *World) SetFsync(name string, d time.Duration) error {
	n, err := w.mustNode(name)
	if err != nil {
		return err
	}
	n.disk.SetFsync(orDefault(d, orDefault(time.Duration(w.config.FsyncMicros)*time.Microsecond, defaultFsync)))
	w.emitDisk(n, false)
	return nil
}

// SetFull fills a member's disk, or makes room on it.
func (w *World) SetFull(name string, full bool) error {
	n, err := w.mustNode(name)
	if err != nil {
		return err
	}
	n.disk.SetFull(full)
	w.emitDisk(n, false)
	return nil
}

// Corrupt damages the end of a member's log; it is noticed at its next start.
func (w *World) Corrupt(name string) error {
	n, err := w.mustNode(name)
	if err != nil {
		return err
	}
	w.mu.Lock()
	dir := w.dirs[n.dataDir]
	w.mu.Unlock()
	if err := dir.Corrupt(); err != nil {
		return fmt.Errorf("%s: %w", n.name, err)
	}
	n.corrupt = true
	w.emitDisk(n, false)
	return nil
}

// Firewall drops or accepts packets to a port of a member.
func (w *World) Firewall(name string, port int, drop bool) error {
	n, err := w.mustNode(name)
	if err != nil {
		return err
	}
	if port != clientPort && port != peerPort {
		return fmt.Errorf("port %d: a member has ports %d (clients) and %d (peers)", port, clientPort, peerPort)
	}
	n.host.Block(port, drop)
	state := "accept"
	if drop {
		state = "drop"
	}
	w.Emit(event.Event{Type: event.Firewall, Member: n.name, Port: port, State: state})
	return nil
}

// change changes the link from one member to another, in this direction.
func (w *World) change(from, to *node, do func(*network.LinkState)) {
	before := w.net.LinkState(from.name, to.name)
	w.net.SetLink(from.name, to.name, do)
	after := w.net.LinkState(from.name, to.name)
	if before == after {
		return
	}
	state := "up"
	if after.Cut {
		state = "cut"
	}
	w.Emit(event.Event{
		Type: event.Link, From: from.name, To: to.name, State: state, LatencyMicros: after.Latency.Microseconds(),
		JitterMicros: after.Jitter.Microseconds(), LossPermille: after.LossPermille,
	})
}

// Partition cuts all traffic between members of different groups and heals it
// within a group. Members that are in no group form one of their own.
func (w *World) Partition(groups [][]string) error {
	group := map[string]int{}
	for i, names := range groups {
		for _, name := range names {
			if _, err := w.mustNode(name); err != nil {
				return err
			}
			if _, twice := group[name]; twice {
				return fmt.Errorf("%s is named twice: a member is in one group only", name)
			}
			group[name] = i + 1
		}
	}
	w.eachPair(func(a, b *node) {
		w.change(a, b, func(l *network.LinkState) { l.Cut = group[a.name] != group[b.name] })
	})
	return nil
}

func (w *World) eachPair(do func(a, b *node)) {
	for _, a := range w.machines() {
		for _, b := range w.machines() {
			if a != b {
				do(a, b)
			}
		}
	}
}

var errSelf = errors.New("a link joins two different members")

// Link changes the link between two members: one way from a to b, or both ways.
// Empty names stand for every link between members.
func (w *World) Link(a, b string, oneWay bool, do func(*network.LinkState)) error {
	if a == "" && b == "" {
		w.eachPair(func(a, b *node) { w.change(a, b, do) })
		return nil
	}
	from, err := w.mustNode(a)
	if err != nil {
		return err
	}
	to, err := w.mustNode(b)
	if err != nil {
		return err
	}
	if from == to {
		return errSelf
	}
	w.change(from, to, do)
	if !oneWay {
		w.change(to, from, do)
	}
	return nil
}

// Cut cuts a link.
func (w *World) Cut(a, b string, oneWay bool) error {
	return w.Link(a, b, oneWay, func(l *network.LinkState) { l.Cut = true })
}

// Heal mends a link, or all of them for empty names: nothing is cut, nothing
// lost any more. Latencies stay.
func (w *World) Heal(a, b string) error {
	return w.Link(a, b, false, func(l *network.LinkState) { l.Cut, l.LossPermille = false, 0 })
}

// SetLatency sets latency and jitter of a link, or of all.
func (w *World) SetLatency(a, b string, latency, jitter time.Duration) error {
	return w.Link(a, b, false, func(l *network.LinkState) { l.Latency, l.Jitter = latency, jitter })
}

// SetLoss sets the share of lost segments of a link, or of all, in permille.
func (w *World) SetLoss(a, b string, permille int64) error {
	return w.Link(a, b, false, func(l *network.LinkState) { l.LossPermille = permille })
}
