package network

import (
	"fmt"
	"slices"
	"time"
)

// WhyHand says that somebody dropped a message: DropMessage, or an order.
const WhyHand = "hand"

// Order is what shall happen to the next message of a kind from one host to
// another that is sent. It is used up by that message.
type Order struct {
	Msg, From, To string
	Delay         time.Duration // 0: it is dropped
}

// maxOrders bounds the orders that wait for their message.
const maxOrders = 100

// DropMessage loses a message that is in flight. As with any segment that is
// lost, TCP sends it again after its retransmission timeout, and what follows on
// the connection waits for it. It returns how long that takes, and fails if the
// message is not in flight.
func (n *Network) DropMessage(id uint64) (again time.Duration, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c, i, err := n.find(id)
	if err != nil {
		return 0, err
	}
	s := c.flight[i]
	c.lose(s, WhyHand, n.now())
	s.postponed = true
	return c.rto, nil
}

// DelayMessage lets a message that is in flight arrive so much later, and what
// follows on its connection not before it. It fails if it is not in flight.
func (n *Network) DelayMessage(id uint64, by time.Duration) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	c, i, err := n.find(id)
	if err == nil {
		c.postpone(i, by)
	}
	return err
}

// find looks for the segment with a message. Every connection that has something
// in flight waits in the queue for it.
func (n *Network) find(id uint64) (*Conn, int, error) {
	for _, it := range n.queue {
		if it.c == nil {
			continue
		}
		for i, s := range it.c.flight {
			switch {
			case !slices.Contains(s.ids, id):
			case s.lost:
				return nil, 0, fmt.Errorf("message %d is lost already; it is sent again in %v", id, (s.at - n.now()).Round(time.Millisecond))
			default:
				return it.c, i, nil
			}
		}
	}
	if id == 0 || id > n.ids {
		return nil, 0, fmt.Errorf("there was no message %d yet", id)
	}
	return nil, 0, fmt.Errorf("message %d is not in flight any more", id)
}

// postpone lets a segment in flight, and with it those behind, arrive later.
func (c *Conn) postpone(i int, by time.Duration) {
	s := c.flight[i]
	s.at += by
	s.postponed = true
	for _, after := range c.flight[i+1:] {
		after.at = max(after.at, s.at)
	}
	c.last = max(c.last, s.at)
	if tap := c.host.net.tap; tap != nil {
		for _, id := range s.ids {
			tap.Delayed(id, by)
		}
	}
}

// Order gives an order. It fails for hosts that are not there, and when too many
// wait.
func (n *Network) Order(o Order) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.hosts[o.From] == nil || n.hosts[o.To] == nil {
		return fmt.Errorf("there is no link %s -> %s", o.From, o.To)
	}
	if len(n.orders) >= maxOrders {
		return fmt.Errorf("%d messages are waited for already", maxOrders)
	}
	n.orders = append(n.orders, o)
	return nil
}

// obey carries out the order for a segment that was just put into flight, if
// there is one and the wire has not lost it anyway.
func (n *Network) obey(c *Conn, s *segment, labels []Label) {
	at := slices.IndexFunc(n.orders, func(o Order) bool {
		return o.From == c.host.name && o.To == c.peer.host.name &&
			slices.ContainsFunc(labels, func(l Label) bool { return l.Msg == o.Msg })
	})
	if at < 0 || s.lost {
		return
	}
	o := n.orders[at]
	n.orders = slices.Delete(n.orders, at, at+1)
	if o.Delay > 0 {
		c.postpone(slices.Index(c.flight, s), o.Delay)
		return
	}
	c.lose(s, WhyHand, n.now())
	s.postponed = true
}
