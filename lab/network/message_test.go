package network

import (
	"strings"
	"testing"
	"time"
)

// says fails unless the journal reads so, line by line.
func (l *lab) says(lines ...string) {
	l.Helper()
	if got, want := l.journal.String(), strings.Join(lines, "\n"); got != want {
		l.Errorf("the wire tells\n%s\nwant\n%s", got, want)
	}
}

// A message that is dropped comes all the same, after TCP's timeout; what was
// sent behind it waits.
func TestDropMessage(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		began := time.Now()
		send(near, "one")
		send(near, "two")
		again, err := l.DropMessage(1)
		if err != nil || again != rtoMin {
			t.Errorf("got %v, %v; want to hear that it is sent again in %v", again, err, rtoMin)
		}
		receive(t, far, "onetwo")
		if took := time.Since(began); took != rtoMin+5*time.Millisecond {
			t.Errorf("it took %v, want the timeout and the way", took)
		}
		l.says("sent 1 a>b one", "sent 2 a>b two", "dropped 1 hand", "resent 1", "delivered 1", "delivered 2")
	})
}

// What was sent before a dropped message is not held back by it.
func TestDropMessageBehindAnother(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		send(near, "one")
		send(near, "two")
		l.DropMessage(2)
		began := time.Now()
		receive(t, far, "one")
		if took := time.Since(began); took != 5*time.Millisecond {
			t.Errorf("the one before took %v, want 5ms", took)
		}
		receive(t, far, "two")
		l.says("sent 1 a>b one", "sent 2 a>b two", "dropped 2 hand", "delivered 1", "resent 2", "delivered 2")
	})
}

func TestDelayMessage(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		began := time.Now()
		send(near, "one")
		send(near, "two")
		if err := l.DelayMessage(1, time.Second); err != nil {
			t.Error(err)
		}
		receive(t, far, "onetwo")
		if took := time.Since(began); took != time.Second+5*time.Millisecond {
			t.Errorf("it took %v, want a second more than the way", took)
		}
		l.says("sent 1 a>b one", "sent 2 a>b two", "delayed 1 1s", "delivered 1", "delivered 2")
	})
}

// A message is found as long as it is in flight, even if its connection was
// closed behind it.
func TestMessagesThatCannotBeDropped(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		send(near, "last words")
		near.Close()
		if _, err := l.DropMessage(1); err != nil {
			t.Error(err)
		}
		for id, want := range map[uint64]string{
			1: "message 1 is lost already; it is sent again in 200ms",
			2: "there was no message 2 yet",
			0: "there was no message 0 yet",
		} {
			if _, err := l.DropMessage(id); err == nil || err.Error() != want {
				t.Errorf("%d: %v, want %q", id, err, want)
			}
		}
		receive(t, far, "last words")
		if err := l.DelayMessage(1, time.Second); err == nil || err.Error() != "message 1 is not in flight any more" {
			t.Errorf("got %v for one that has arrived", err)
		}
	})
}

// An order is for one message of its kind and direction.
func TestOrders(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		for _, o := range []Order{{Msg: "vote", From: "a", To: "b"}, {Msg: "ack", From: "b", To: "a", Delay: time.Second}} {
			if err := l.Order(o); err != nil {
				t.Error(err)
			}
		}
		send(near, "ping")
		send(near, "vote")
		send(near, "vote")
		receive(t, far, "pingvotevote")
		send(far, "ack")
		receive(t, near, "ack")
		l.says("sent 1 a>b ping", "sent 2 a>b vote", "dropped 2 hand", "sent 3 a>b vote", "delivered 1",
			"resent 2", "delivered 2", "delivered 3", "sent 4 b>a ack", "delayed 4 1s", "delivered 4")
		if err := l.Order(Order{Msg: "vote", From: "a", To: "c"}); err == nil {
			t.Error("an order for a link that is not there")
		}
	})
}

// Orders that no message comes for do not pile up without end.
func TestOrdersAreBounded(t *testing.T) {
	inLab(t, func(l *lab) {
		var err error
		for range maxOrders + 1 {
			err = l.Order(Order{Msg: "vote", From: "a", To: "b"})
		}
		if err == nil {
			t.Errorf("more than %d orders wait", maxOrders)
		}
	})
}
