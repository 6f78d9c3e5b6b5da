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
	Clients int           // each with one operation at a time, 1 to 15 (6)
	Keys    int           // 1 to 100 (3)
	Time    time.Duration // virtual, during which operations begin (30s)
}

func (o *Options) fill() {
	orDefault(&o.Members, 5)
	orDefault(&o.Clients, 6)
	orDefault(&o.Keys, 3)
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
	}{{"members", o.Members, maxMembers}, {"clients", o.Clients, maxClients}, {"keys", o.Keys, 100}} {
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
	Faults     int
	Result     porcupine.CheckResult
	Recording  *recording.Recording

	info porcupine.LinearizationInfo
}

// Visualize writes porcupine's picture of the history, a page of HTML.
func (v *Verdict) Visualize(w io.Writer) error { return porcupine.Visualize(model, v.info, w) }

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
	v := &Verdict{Seed: seed, Faults: w.faults, Recording: w.recording()}
	if err != nil {
		return v, err
	}
	history := w.history()
	v.Operations, v.Unknown, v.Swapped = count(history)
	v.Result, v.info = porcupine.CheckOperationsVerbose(model, history, patience)
	return v, nil
}
