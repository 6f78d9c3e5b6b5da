package rpc

import (
	"context"
	"sync"
)

// callContext is the context of one call that is served: that of its server,
// which besides ends when the caller cancels or the connection is gone. Almost
// every call is answered before anybody waits for that, so what waiting takes
// is made only then; context.WithCancel would make it at once.
type callContext struct {
	context.Context // for values
	stream          uint32

	mu    sync.Mutex
	over  bool
	done  chan struct{}
	after map[*func()]struct{} // to be run when it ends
}

func (c *callContext) cancel() {
	c.mu.Lock()
	if c.over {
		c.mu.Unlock()
		return
	}
	c.over = true
	after := c.after
	c.after = nil
	if c.done != nil {
		close(c.done)
	}
	c.mu.Unlock()
	for do := range after {
		go (*do)()
	}
}

// Done implements context.Context.
func (c *callContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.over {
			close(c.done)
		}
	}
	return c.done
}

// Err implements context.Context.
func (c *callContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return context.Canceled
	}
	return nil
}

// AfterFunc is what package context asks of a context that is not its own, so
// that those derived from it need no goroutine.
func (c *callContext) AfterFunc(do func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		go do()
		return func() bool { return false }
	}
	if c.after == nil {
		c.after = map[*func()]struct{}{}
	}
	key := &do
	c.after[key] = struct{}{}
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		_, waiting := c.after[key]
		delete(c.after, key)
		return waiting
	}
}
