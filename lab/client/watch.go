package client

import (
	"context"
	"errors"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
)

// Watching is the calls about changes.
type Watching interface {
	// Watch gives what is watched to the function given, message by message:
	// events, and progress, which has none. If its connection is lost it goes on
	// where it was, at whoever can be reached, without a word. It ends with ctx's
	// error, with each's, or with nil after a message that is Canceled; its
	// CancelReason or CompactRevision tells why.
	Watch(ctx context.Context, r *api.WatchCreateRequest, each func(*api.WatchResponse) error) error
	// Progress asks a member how far its watches are.
	Progress(context.Context) (*api.WatchResponse, error)
}

const watchMethod = "/etcdserverpb.Watch/Watch"

// errCanceled ends a stream after its last message.
var errCanceled = errors.New("watch canceled")

func (c *client) Watch(ctx context.Context, r *api.WatchCreateRequest, each func(*api.WatchResponse) error) error {
	if err := c.Authenticate(ctx); err != nil { // as the real one does before each stream
		return err
	}
	w := &watch{c: c, request: *r, each: each}
	for from := 0; ; from++ {
		_, conn, err := c.pick(ctx, from)
		if err != nil {
			return err
		}
		err = w.stream(ctx, conn)
		switch {
		case err == errCanceled:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case w.refused != nil:
			return w.refused
		}
		if reason := final(err); reason != "" {
			return each(&api.WatchResponse{Canceled: true, CancelReason: reason})
		}
		if err := pause(ctx, roundPause); err != nil {
			return err
		}
	}
}

// final is why a watch that failed is not tried again; "" if it is.
func final(err error) string {
	var f *rpc.Failure
	if !errors.As(err, &f) || Code(f.Code) == Unavailable && f.Text != noLeader {
		return ""
	}
	return f.Text
}

// watch is one watch on its way; request is what asks for what is still to come.
type watch struct {
	c       *client
	request api.WatchCreateRequest
	each    func(*api.WatchResponse) error
	refused error // by each
}

// stream watches over one connection until that ends.
func (w *watch) stream(ctx context.Context, conn *rpc.Conn) error {
	alive, stop := context.WithCancel(ctx)
	defer stop()
	go w.c.keepAlive(alive, conn)
	label := network.Label{Msg: "request", Method: "Watch", Key: shown(w.request.Key, keyShown)}
	return conn.Stream(w.c.as(ctx, watchMethod), watchMethod, api.Marshal(&api.WatchRequest{Create: &w.request}), label, w.take)
}

// take handles one message.
func (w *watch) take(b []byte) error {
	var resp api.WatchResponse
	if err := api.Unmarshal(b, &resp); err != nil {
		return err
	}
	switch {
	case resp.Created && !resp.Canceled:
		if w.request.StartRevision == 0 {
			w.request.StartRevision = resp.Header.Revision + 1
		}
		return nil
	case len(resp.Events) > 0:
		w.request.StartRevision = resp.Events[len(resp.Events)-1].Kv.ModRevision + 1
	}
	if w.refused = w.each(&resp); w.refused != nil {
		return w.refused
	}
	if resp.Canceled {
		return errCanceled
	}
	return nil
}

// Timings of the keep-alive of a connection that carries streams, by default
// (etcdctl --keepalive-time, --keepalive-timeout).
const (
	pingEvery    = 2 * time.Second
	pingPatience = 6 * time.Second
)

// keepAlive closes a connection whose other end does not answer any more.
func (c *client) keepAlive(ctx context.Context, conn *rpc.Conn) {
	for pause(ctx, pingEvery) == nil {
		limited, cancel := context.WithTimeout(ctx, pingPatience)
		_, err := conn.Call(limited, rpc.Ping, nil, network.Label{})
		cancel()
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			conn.Close()
			return
		}
	}
}

func (c *client) Progress(ctx context.Context) (*api.WatchResponse, error) {
	_, conn, err := c.pick(ctx, 0)
	if err != nil {
		return nil, err
	}
	resp := new(api.WatchResponse)
	body := api.Marshal(&api.WatchRequest{Progress: &api.WatchProgressRequest{}})
	err = conn.Stream(c.as(ctx, watchMethod), watchMethod, body, network.Label{Msg: "request", Method: "Watch"}, func(b []byte) error {
		return api.Unmarshal(b, resp)
	})
	if err != nil {
		return nil, asError(err)
	}
	return resp, nil
}
