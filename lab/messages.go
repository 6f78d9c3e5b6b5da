package lab

import (
	"fmt"
	"time"

	"quorumlab/lab/event"
	"quorumlab/lab/network"
)

// What can be done to single messages, and to the time members wait for them.

// DropMessage loses a message that is in flight; again is when TCP sends it anew.
func (w *World) DropMessage(id uint64) (again time.Duration, err error) {
	return w.net.DropMessage(id)
}

// DelayMessage lets a message that is in flight arrive later.
func (w *World) DelayMessage(id uint64, by time.Duration) error {
	return w.net.DelayMessage(id, by)
}

// Next lets the next message of a kind from one host to another be dropped, or
// arrive later.
func (w *World) Next(kind, from, to string, delay time.Duration) error {
	return w.net.Order(network.Order{Msg: kind, From: from, To: to, Delay: delay})
}

// SetTimeout changes the election timeout of a running member until its process
// ends; 0 is the one that it was started with. It returns what it is now.
func (w *World) SetTimeout(name string, d time.Duration) (time.Duration, error) {
	n, err := w.mustNode(name)
	if err != nil {
		return 0, err
	}
	p := w.process(n)
	if p == nil {
		return 0, fmt.Errorf("%s is down", name)
	}
	if d, err = p.Tune(d); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	w.emitTimeout(n, d)
	return d, nil
}

func (w *World) emitTimeout(n *node, d time.Duration) {
	w.Emit(event.Event{Type: event.Timeouts, Member: n.name, TimeoutMicros: d.Microseconds()})
}
