// Package prove looks for histories that no single copy of the key space could
// have given. Clients write and read the same few keys at once, in the learner's
// own shell, while members are killed, paused and cut off; what they were told
// is judged by github.com/anishathalye/porcupine against a sequential model
// (linearizability: Herlihy and Wing, 1990). A seed decides everything, so a
// history that fails is replayed by its number.
package prove

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/anishathalye/porcupine"

	"quorumlab/lab/recording"
	"quorumlab/server/host"
)

// Options say what world to provoke, and how. Zero fields take the defaults
// named here.
type Options struct {
	Members int           // 1 to 9 (5)
	Clients int           // each with one operation at a time, 1 to 14 (6)
	Keys    int           // 1 to 100 (3)
	Leases  int           // at a time, 1 to 20 (3)
	Time    time.Duration // virtual, during which operations begin (30s)
}

func (o *Options) fill() {
	orDefault(&o.Members, 5)
	orDefault(&o.Clients, 6)
	orDefault(&o.Keys, 3)
	orDefault(&o.Leases, 3)
	if o.Time == 0 {
		o.Time = 30 * time.Second
	}
}

func orDefault(n *int, otherwise int) {
	if *n == 0 {
		*n = otherwise
	}
}

// Check says which option is out of its range.
func (o *Options) Check() error {
	o.fill()
	for _, limit := range []struct {
		name    string
		n, most int
	}{{"members", o.Members, maxMembers}, {"clients", o.Clients, maxClients}, {"keys", o.Keys, 100}, {"leases", o.Leases, 20}} {
		if limit.n < 1 || limit.n > limit.most {
			return fmt.Errorf("%s: expected 1 to %d, not %d", limit.name, limit.most, limit.n)
		}
	}
	if o.Time < time.Second || o.Time > time.Hour {
		return fmt.Errorf("time: expected 1s to 1h, not %v", o.Time)
	}
	return nil
}

// Verdict is what one seed came to.
type Verdict struct {
	Seed       uint64
	Operations int // whose outcome is known
	Unknown    int // writes that may have happened or not
	Swapped    int // transactions whose condition held
	Granted    int // leases
	Renewed    int // how often leases were
	Gone       int // operations that found a lease gone
	Changes    int // of the membership, and of the leader by move-leader
	Faults     int
	Result     porcupine.CheckResult
	Reason     string // what is wrong, if anything is
	Recording  *recording.Recording

	model porcupine.Model // that the history failed by, if it did
	info  porcupine.LinearizationInfo
}

// Visualize writes porcupine's picture of the history, a page of HTML.
func (v *Verdict) Visualize(w io.Writer) error { return porcupine.Visualize(v.model, v.info, w) }

// patience bounds how long one history is judged, in real time: with many
// writes of unknown outcome the search is exponential.
const patience = 30 * time.Second

// Seed provokes one world and judges its history. The error is that of
// host.Module.Start and host.Run.Tick: the world has ended, and the verdict
// holds the recording that leads there.
func Seed(ctx context.Context, module *host.Module, seed uint64, options Options) (*Verdict, error) {
	if err := options.Check(); err != nil {
		return nil, err
	}
	w, err := start(ctx, module, seed, options)
	if err != nil {
		return nil, err
	}
	defer w.run.Close()
	err = w.provoke()
	v := &Verdict{Seed: seed, Faults: w.faults, Changes: w.changes, Recording: w.recording()}
	if err != nil {
		return v, err
	}
	v.judge(w)
	return v, nil
}

// judge holds the history to each model.
func (v *Verdict) judge(w *world) {
	var keys, leases []porcupine.Operation
	history := w.history()
	for _, op := range history {
		switch {
		case op.Input.(input).kind == stale: // it may be old: judged by invented
		case isLease(op):
			leases = append(leases, op)
		default:
			keys = append(keys, op)
		}
	}
	n := count(history)
	v.Operations, v.Unknown, v.Swapped = n.known, n.unknown, n.swapped
	v.Granted, v.Renewed, v.Gone = n.granted, n.renewed, n.gone
	v.hold("keys", model, keys)
	v.hold("leases", leaseModel, leases)
	for _, reason := range []string{invented(history), w.undead()} {
		if reason != "" && v.Reason == "" {
			v.Result, v.Reason = porcupine.Illegal, reason
		}
	}
}

// hold judges a history by a model, if nothing was wrong so far.
func (v *Verdict) hold(what string, model porcupine.Model, history []porcupine.Operation) {
	if v.Reason != "" {
		return
	}
	v.model = model
	v.Result, v.info = porcupine.CheckOperationsVerbose(model, history, patience)
	switch v.Result {
	case porcupine.Illegal:
		v.Reason = what + ": not linearizable"
	case porcupine.Unknown:
		v.Reason = what + ": not decided in time"
	}
}

// invented tells of a serializable read of what nobody had begun to write. That
// is all that can be asked of one: it may be as old as its member is behind.
func invented(history []porcupine.Operation) string {
	written := map[string]int64{}
	for _, op := range history {
		if in := op.Input.(input); in.value != "" {
			written[in.key+"="+in.value] = in.begin
		}
	}
	for _, op := range history {
		in, out := op.Input.(input), op.Output.(output)
		if in.kind != stale || out.value == "" {
			continue
		}
		if begun, ok := written[in.key+"="+out.value]; !ok || begun > out.end {
			return fmt.Sprintf("a serializable read of %s gave %q, which nobody had written", in.key, out.value)
		}
	}
	return ""
}
