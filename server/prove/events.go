package prove

import (
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"quorumlab/lab/event"
)

// Observer collects from a world's events what clients asked for and were told,
// for keys of one prefix: puts, and linearizable reads of one key. Others than
// these must not write below the prefix, and no read there may ask for the past.
// It is not safe for concurrent use.
type Observer struct {
	Prefix string

	open   map[uint64]asked
	ended  []porcupine.Operation
	failed int
}

type asked struct {
	input
	begin int64
}

// Observe takes in one event, in order; other types than requests and replies
// are ignored.
func (o *Observer) Observe(e *event.Event) {
	switch e.Type {
	case event.Request:
		o.request(e)
	case event.Reply:
		o.reply(e)
	}
}

func (o *Observer) request(e *event.Event) {
	if !strings.HasPrefix(e.Key, o.Prefix) || e.Key == o.Prefix || e.Serializable {
		return
	}
	if o.open == nil {
		o.open = map[uint64]asked{}
	}
	switch e.Method {
	case "Put":
		o.open[e.ID] = asked{input{kind: put, key: e.Key, value: e.Value}, e.T}
	case "Range":
		o.open[e.ID] = asked{input{kind: get, key: e.Key}, e.T}
	}
}

func (o *Observer) reply(e *event.Event) {
	a, ok := o.open[e.ID]
	if !ok {
		return
	}
	delete(o.open, e.ID)
	op := porcupine.Operation{ClientId: len(o.ended), Input: a.input, Call: a.begin, Return: e.T, Output: output{}}
	switch {
	case a.kind == get && e.OK:
		op.Output = output{value: e.Value}
	case a.kind == put && e.OK:
	case a.kind == put && e.Unknown:
		op.Output, op.Return = output{unknown: true}, never
		o.failed++
	default: // it had no effect, or nothing was learnt
		o.failed++
		return
	}
	o.ended = append(o.ended, op)
}

// Counts tells how many operations were answered, and how many failed or are of
// unknown outcome.
func (o *Observer) Counts() (answered, failed int) {
	for _, op := range o.ended {
		if !op.Output.(output).unknown {
			answered++
		}
	}
	return answered, o.failed
}

// Linearizable judges the history so far. A history that cannot be judged in
// the time given counts as linearizable, as known is false then.
func (o *Observer) Linearizable(atMost time.Duration) (is, known bool) {
	history := append([]porcupine.Operation{}, o.ended...)
	for _, a := range o.open { // not answered yet
		if a.kind == put {
			history = append(history, porcupine.Operation{
				ClientId: len(history), Input: a.input, Call: a.begin, Return: never, Output: output{unknown: true},
			})
		}
	}
	result := porcupine.CheckOperationsTimeout(model, history, atMost)
	return result != porcupine.Illegal, result != porcupine.Unknown
}
