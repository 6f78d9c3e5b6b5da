package network

import "time"

// item is something that happens on the wires at a given time.
type item struct {
	at  time.Duration // since the network was made
	seq uint64        // equal times: first come, first served
	run func(n *Network)
	c   *Conn // instead of run: the head of c's flight is due
}

// queue is a binary heap of items by time.
type queue []item

func (q queue) less(i, j int) bool {
	if q[i].at == q[j].at {
		return q[i].seq < q[j].seq
	}
	return q[i].at < q[j].at
}

func (q *queue) push(it item) {
	*q = append(*q, it)
	h := *q
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h.less(i, parent) {
			break
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
}

func (q *queue) pop() item {
	h := *q
	top := h[0]
	last := len(h) - 1
	h[0] = h[last]
	h[last] = item{}
	*q = h[:last]
	q.sink(0)
	return top
}

func (q queue) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(q) {
			return
		}
		if child+1 < len(q) && q.less(child+1, child) {
			child++
		}
		if !q.less(child, i) {
			return
		}
		q[i], q[child] = q[child], q[i]
		i = child
	}
}

// schedule puts an item into the queue and makes sure that the timer fires in
// time for it. n.mu is held.
func (n *Network) schedule(it item) {
	n.seq++
	it.seq = n.seq
	n.queue.push(it)
	n.arm()
}

// arm sets the timer for the head of the queue, unless it fires earlier anyway.
func (n *Network) arm() {
	if len(n.queue) == 0 {
		return
	}
	at := n.queue[0].at
	if n.armed >= 0 && at >= n.armed {
		return
	}
	n.armed = at
	n.timer.Reset(max(at-n.now(), 0))
}

// run is the network's one goroutine: it lets happen what is due.
func (n *Network) run() {
	defer close(n.ended)
	for range n.timer.C {
		if !n.fire() {
			return
		}
	}
}

func (n *Network) fire() (open bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return false
	}
	n.armed = unarmed
	now := n.now()
	for len(n.queue) > 0 && n.queue[0].at <= now {
		it := n.queue.pop()
		if it.c != nil {
			it.c.flightDue(now)
		} else {
			it.run(n)
		}
	}
	n.arm()
	return true
}
