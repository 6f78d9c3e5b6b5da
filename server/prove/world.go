package prove

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"quorumlab/lab/event"
	"quorumlab/lab/recording"
	"quorumlab/server/host"
)

// maxMembers is how many a world may have.
const maxMembers = 9

// maxClients is how many terminals a world may have, less the first, which shows
// what clicks on the stage say, and the operator's.
const maxClients = 14

// Bounds of what is not the world's own, in ticks.
const (
	bootTicks   = 6_000
	settleTicks = 3_000 // after the last operation began, with everything mended
	endTicks    = 1_500 // in which leases end: the longest TTL, an election and a leader's whole time anew
)

// world is one world under provocation.
type world struct {
	options Options
	run     *host.Run
	rec     recording.Recording
	chance  *rand.Rand
	ready   bool
	state   map[string]string // members, as last told
	faults  int
	err     error // an event that cannot be read

	clients  []*client
	value    int               // the last one written
	seen     map[string]string // of each key, the last value that a client read or wrote
	leases   []*leased
	granting int // leases asked for
	granted  int // leases ever asked for
	ended    []porcupine.Operation

	operator *client
	changing bool   // the operator does something
	resting  bool   // nothing happens until the operator does it
	replaced string // the member that the operator is replacing, or ""
	changes  int
	last     *operation // after all others
}

// calm is which seeds leave the membership alone.
func calm(seed uint64) bool { return seed%3 != 0 }

func start(ctx context.Context, module *host.Module, seed uint64, options Options) (*world, error) {
	w := &world{
		options: options, chance: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), state: map[string]string{}, seen: map[string]string{},
		changing: !calm(seed) && options.Members > 2,
	}
	w.rec = recording.Recording{
		Format: recording.Format, Lab: module.SHA256(), World: recording.World{Members: options.Members}, Seed: seed, Inputs: []recording.Input{},
	}
	for i := range options.Clients {
		w.clients = append(w.clients, &client{number: i + 2})
	}
	w.operator = &client{number: options.Clients + 2}
	var err error
	w.run, err = module.Start(ctx, w.rec.World, seed, host.Options{OnEvent: w.see})
	return w, err
}

func (w *world) recording() *recording.Recording {
	rec := w.rec
	rec.Ticks = w.run.Ticks()
	return &rec
}

func (w *world) input(value map[string]any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.rec.Inputs = append(w.rec.Inputs, recording.Input{Tick: w.run.Ticks(), Data: text})
	err = w.run.Input(text)
	var refused *host.Refused
	if errors.As(err, &refused) {
		return fmt.Errorf("the world refused %s: %w", text, err)
	}
	return err
}

func (w *world) tick() error {
	if err := w.run.Tick(); err != nil {
		return err
	}
	return w.err
}

// provoke boots the world, lets clients and faults loose, then mends everything
// and waits for those who still wait.
func (w *world) provoke() error {
	for range bootTicks {
		if w.ready {
			break
		}
		if err := w.tick(); err != nil {
			return err
		}
	}
	if !w.ready {
		return fmt.Errorf("the world was not ready after %v", time.Duration(bootTicks)*recording.TickMicros*time.Microsecond)
	}
	for _, c := range append([]*client{w.operator}, w.clients...) {
		if err := w.input(map[string]any{"type": "open", "session": c.number}); err != nil {
			return err
		}
	}
	end := w.run.Ticks() + int(w.options.Time.Microseconds()/recording.TickMicros)
	next := w.run.Ticks() + w.between(50, 200)
	if w.changing { // a change comes first
		w.resting, next = true, w.run.Ticks()+quiet
	}
	for w.run.Ticks() < end {
		if w.run.Ticks() >= next {
			ticks, err := w.disturb()
			if err != nil {
				return err
			}
			next += ticks
		}
		if err := w.work(); err != nil {
			return err
		}
	}
	return w.settle()
}

// between is a number of ticks, from least to most.
func (w *world) between(least, most int) int { return least + w.chance.IntN(most-least+1) }

// settle mends everything, waits until nobody waits any more, and looks what is
// left when all leases must have ended.
func (w *world) settle() error {
	if err := w.mendAll(); err != nil {
		return err
	}
	if err := w.until(settleTicks, func() bool { return !slices.ContainsFunc(w.clients, (*client).busy) && !w.operator.busy() }); err != nil {
		return err
	}
	for _, c := range w.clients { // some hang at a member that is out
		if c.busy() {
			if err := w.input(map[string]any{"type": "interrupt", "session": c.number}); err != nil {
				return err
			}
		}
	}
	if err := w.mendAll(); err != nil { // the operator may have left a member behind
		return err
	}
	if err := w.until(endTicks, func() bool { return false }); err != nil {
		return err
	}
	line := "for i in " + strings.Join(w.members(), " ") + "; do ETCDCTL_ENDPOINTS=10.0.0.1${i#m}:2379 etcdctl get " + leasePrefix + " --prefix --keys-only && break; done"
	if err := w.enter(w.clients[0], input{}, line); err != nil {
		return err
	}
	w.last = w.clients[0].open
	return w.until(settleTicks, func() bool { return !w.clients[0].busy() })
}

func (c *client) busy() bool { return c.open != nil }

// until lets time pass until something is so, at most so many ticks.
func (w *world) until(ticks int, is func() bool) error {
	for ; ticks > 0 && !is(); ticks-- {
		if err := w.tick(); err != nil {
			return err
		}
	}
	return nil
}

// undead tells of a cluster that does not answer though all is well, and of leases
// that did not end.
func (w *world) undead() string {
	switch {
	case w.last == nil || w.last.code != 0 || w.clients[0].busy():
		return "the cluster did not come back"
	case w.last.stdout.Len() > 0:
		return "leases did not end: " + strings.Join(strings.Fields(w.last.stdout.String()), " ")
	}
	return ""
}

// kinds are the events that say something here; the others, which are most, are
// not decoded.
var kinds = [][]byte{
	[]byte(`"type":"prompt"`), []byte(`"type":"output"`), []byte(`"type":"exit"`), []byte(`"type":"member"`), []byte(`"type":"ready"`),
}

func (w *world) see(line []byte) {
	head := line[:min(len(line), 48)]
	if !slices.ContainsFunc(kinds, func(kind []byte) bool { return bytes.Contains(head, kind) }) {
		return
	}
	e, err := event.Decode(line)
	if err != nil {
		w.err = err
		return
	}
	switch {
	case e.Type == event.Ready:
		w.ready = true
	case e.Type == event.Member:
		w.state[e.Member] = e.State
	case e.Session == w.operator.number:
		w.operator.see(w, &e)
	case e.Session > 1 && e.Session < w.operator.number:
		w.clients[e.Session-2].see(w, &e)
	}
}

func (c *client) see(w *world, e *event.Event) {
	switch {
	case e.Type == event.Prompt:
		c.prompted = true
	case c.open == nil:
	case e.Type == event.Output && e.Stream == "out":
		c.open.stdout.WriteString(e.Text)
	case e.Type == event.Output:
		c.open.stderr.WriteString(e.Text)
	case e.Type == event.Exit:
		op := c.open
		c.open, op.code = nil, e.Code
		w.over(c, op, e.T)
	}
}

// over takes in what somebody was told.
func (w *world) over(c *client, op *operation, at int64) {
	switch {
	case c == w.operator:
		w.changed(op)
	case op != w.last:
		w.end(op, c.number-2, at)
	}
}

// history is all that ended, and the writes that did not.
func (w *world) history() []porcupine.Operation {
	for _, c := range w.clients {
		if op := c.open; op != nil && op != w.last {
			c.open, op.code = nil, 1
			w.end(op, c.number-2, never)
		}
	}
	return w.ended
}
