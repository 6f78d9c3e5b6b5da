package prove

import (
	"testing"
	"time"

	"quorumlab/lab/event"
)

// A history is told in events, as a world does.
func TestObserver(t *testing.T) {
	ask := func(at int64, id uint64, method, key, value string) event.Event {
		return event.Event{T: at, Type: event.Request, ID: id, Method: method, Key: key, Value: value}
	}
	ok := func(at int64, id uint64, value string) event.Event {
		return event.Event{T: at, Type: event.Reply, ID: id, OK: true, Value: value}
	}
	written := []event.Event{ask(1, 1, "Put", "/clients/a", "1"), ok(2, 1, "")}
	for name, c := range map[string]struct {
		then []event.Event
		want bool
	}{
		"read":                 {[]event.Event{ask(3, 2, "Range", "/clients/a", ""), ok(4, 2, "1")}, true},
		"lost":                 {[]event.Event{ask(3, 2, "Range", "/clients/a", ""), ok(4, 2, "")}, false},
		"elsewhere":            {[]event.Event{ask(3, 2, "Range", "/other/a", ""), ok(4, 2, "")}, true},
		"unknown, and seen":    {[]event.Event{ask(3, 2, "Put", "/clients/a", "2"), {T: 4, Type: event.Reply, ID: 2, Unknown: true}, ask(5, 3, "Range", "/clients/a", ""), ok(6, 3, "2")}, true},
		"refused, and seen":    {[]event.Event{ask(3, 2, "Put", "/clients/a", "2"), {T: 4, Type: event.Reply, ID: 2}, ask(5, 3, "Range", "/clients/a", ""), ok(6, 3, "2")}, false},
		"unanswered, and seen": {[]event.Event{ask(3, 2, "Put", "/clients/a", "2"), ask(5, 3, "Range", "/clients/a", ""), ok(6, 3, "2")}, true},
	} {
		o := &Observer{Prefix: "/clients/"}
		for _, e := range append(append([]event.Event{}, written...), c.then...) {
			o.Observe(&e)
		}
		if is, known := o.Linearizable(time.Second); is != c.want || !known {
			t.Errorf("%s: linearizable %v, known %v", name, is, known)
		}
	}
}
