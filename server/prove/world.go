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
// what clicks on the stage say.
const maxClients = 15

// Bounds of what is not the world's own, in ticks.
const (
	bootTicks   = 6_000
	settleTicks = 3_000 // after the last operation began, with everything mended
)

// world is one world under provocation.
type world struct {
	options Options
	run     *host.Run
	rec     recording.Recording
	chance  *rand.Rand
	ready   bool
	clients []*client
	state   map[string]string // members, as last told
	faults  int
	value   int               // the last one written
	seen    map[string]string // of each key, the last value that a client read or wrote
	ended   []porcupine.Operation
	err     error // an event that cannot be read
}

// client types one operation at a time at a terminal of its own.
type client struct {
	number   int // of its session
	prompted bool
	open     *operation
}

type operation struct {
	input
	begin  int64
	stdout strings.Builder
}

func start(ctx context.Context, module *host.Module, seed uint64, options Options) (*world, error) {
	w := &world{options: options, chance: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), state: map[string]string{}, seen: map[string]string{}}
	w.rec = recording.Recording{
		Format: recording.Format, Lab: module.SHA256(), World: recording.World{Members: options.Members}, Seed: seed, Inputs: []recording.Input{},
	}
	for i := range options.Clients {
		w.clients = append(w.clients, &client{number: i + 2})
	}
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
	for _, c := range w.clients {
		if err := w.input(map[string]any{"type": "open", "session": c.number}); err != nil {
			return err
		}
	}
	end := w.run.Ticks() + int(w.options.Time.Microseconds()/recording.TickMicros)
	next := w.run.Ticks() + w.between(50, 200)
	for w.run.Ticks() < end {
		if w.run.Ticks() >= next {
			next += w.between(50, 300)
			if err := w.fault(); err != nil {
				return err
			}
		}
		if err := w.work(); err != nil {
			return err
		}
	}
	return w.settle()
}

// between is a number of ticks, from least to most.
func (w *world) between(least, most int) int { return least + w.chance.IntN(most-least+1) }

// work begins an operation at each terminal that shows its prompt, most of the
// time, and lets a tick pass.
func (w *world) work() error {
	for _, c := range w.clients {
		if c.prompted && c.open == nil && w.chance.IntN(4) > 0 {
			c.open, c.prompted = &operation{input: w.choose(), begin: w.run.NowMicros()}, false
			if err := w.input(map[string]any{"type": "line", "session": c.number, "text": w.line(c.open.input)}); err != nil {
				return err
			}
		}
	}
	return w.tick()
}

func (w *world) choose() input {
	in := input{kind: get, key: fmt.Sprintf("r%d", w.chance.IntN(w.options.Keys)+1)}
	switch n := w.chance.IntN(20); {
	case n < 6:
		w.value++
		in.kind, in.value = put, fmt.Sprint(w.value)
	case n < 10:
		w.value++
		in.kind, in.value, in.expected = swap, fmt.Sprint(w.value), w.seen[in.key]
	case n == 10:
		in.kind = del
	}
	return in
}

// line is an operation as typed: mostly at one member, else wherever etcdctl
// finds one that answers.
func (w *world) line(in input) string {
	words := []string{"etcdctl", "--command-timeout=3s", string(in.kind), in.key}
	before := ""
	switch in.kind {
	case get:
		words = append(words, "--print-value-only")
	case put:
		words = append(words, in.value)
	case swap:
		words = []string{"etcdctl", "--command-timeout=3s", "txn"}
		before = transaction(in) + " | "
	}
	if w.chance.IntN(4) > 0 {
		words = slices.Insert(words, 0, fmt.Sprintf("ETCDCTL_ENDPOINTS=10.0.0.%d:2379", 11+w.chance.IntN(w.options.Members)))
	}
	return before + strings.Join(words, " ")
}

// transaction types a swap to etcdctl txn: compares, what to do if they hold,
// what to do if not. A key that is not there has the version 0.
func transaction(in input) string {
	compare := fmt.Sprintf(`value("%s") = "%s"`, in.key, in.expected)
	if in.expected == "" {
		compare = fmt.Sprintf(`version("%s") = "0"`, in.key)
	}
	return fmt.Sprintf(`printf '%s\n\nput %s %s\n\n\n'`, compare, in.key, in.value)
}

// settle mends everything and waits until nobody waits any more.
func (w *world) settle() error {
	for _, text := range []string{"heal", "loss 0%", "latency 5ms"} {
		if err := w.lab(text); err != nil {
			return err
		}
	}
	for i := range w.options.Members {
		if err := w.mend(fmt.Sprintf("m%d", i+1)); err != nil {
			return err
		}
	}
	for range settleTicks {
		if !slices.ContainsFunc(w.clients, func(c *client) bool { return c.open != nil }) {
			return nil
		}
		if err := w.tick(); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) lab(text string) error {
	w.faults++
	return w.input(map[string]any{"type": "lab", "text": text})
}

func (w *world) mend(name string) error {
	switch w.state[name] {
	case "down":
		return w.lab("start " + name)
	case "paused":
		return w.lab("resume " + name)
	}
	return nil
}

// fault does one thing to the world, or mends one.
func (w *world) fault() error {
	members := w.members()
	name, other := members[0], members[len(members)-1]
	switch n := w.chance.IntN(12); {
	case n < 3 && w.state[name] == "up":
		return w.lab("kill " + name)
	case n == 3 && w.state[name] == "up":
		return w.lab("pause " + name)
	case n == 4 && w.state[name] == "up":
		return w.lab("kill leader")
	case n < 7 && len(members) > 1:
		cut := 1 + w.chance.IntN(len(members)-1)
		return w.lab("partition " + strings.Join(members[:cut], ",") + " " + strings.Join(members[cut:], ","))
	case n == 7 && name != other:
		return w.lab("cut " + name + " " + other + " --one-way")
	case n == 8:
		return w.lab(fmt.Sprintf("loss %d%%", w.chance.IntN(20)))
	case n < 10:
		return w.lab("heal")
	}
	for _, name := range members {
		if err := w.mend(name); err != nil {
			return err
		}
	}
	return nil
}

// members lists them in an order of chance.
func (w *world) members() []string {
	names := make([]string, w.options.Members)
	for i, at := range w.chance.Perm(w.options.Members) {
		names[i] = fmt.Sprintf("m%d", at+1)
	}
	return names
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
	case e.Session > 1 && e.Session <= len(w.clients)+1:
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
	case e.Type == event.Exit:
		w.end(c, e.T, e.Code == 0)
		c.open = nil
	}
}

// end notes what came of a client's operation. A read that failed says nothing;
// a write that failed may have happened.
func (w *world) end(c *client, at int64, ok bool) {
	op := c.open
	if !ok && op.kind == get {
		return
	}
	out := output{unknown: !ok}
	switch {
	case op.kind == get:
		out.value = strings.TrimSuffix(op.stdout.String(), "\n")
		w.seen[op.key] = out.value
	case op.kind == swap:
		out.swapped = strings.HasPrefix(op.stdout.String(), "SUCCESS\n")
		w.wrote(op, ok && out.swapped)
	case op.kind == put:
		w.wrote(op, ok)
	}
	if !ok {
		at = never
	}
	w.ended = append(w.ended, porcupine.Operation{ClientId: c.number - 2, Input: op.input, Call: op.begin, Output: out, Return: at})
}

func (w *world) wrote(op *operation, ok bool) {
	if ok {
		w.seen[op.key] = op.value
	}
}

// history is all that ended, and the writes that did not.
func (w *world) history() []porcupine.Operation {
	for _, c := range w.clients {
		if c.open != nil {
			w.end(c, never, false)
			c.open = nil
		}
	}
	return w.ended
}
