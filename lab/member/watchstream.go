package member

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"quorumlab/lab/api"
	"quorumlab/lab/event"
	"quorumlab/lab/mvcc"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
)

// watchStream is the watches of one call, told apart by their IDs
// (server/etcdserver/api/v3rpc/watch.go). Clients here have one watch a call; the
// JSON gateway takes a series of requests.
type watchStream struct {
	m    *Member
	ctx  context.Context // ends all watches
	fail context.CancelCauseFunc

	sending sync.Mutex
	send    sender

	mu      sync.Mutex
	watches map[int64]*streamed
	next    int64
}

// streamed is a watch of a stream: how it is ended, and a channel that is closed
// when it has told what there was.
type streamed struct {
	cancel context.CancelFunc
	synced chan struct{}
}

// errUnwatched ends a watch that its client canceled.
var errUnwatched = errors.New("canceled by the client")

// watchesMost bounds the watches of one stream.
const watchesMost = 1000

// watch serves a series of requests, and the watches that they begin until their
// caller loses interest or the stream cannot go on.
func (m *Member) watch(ctx context.Context, r *api.WatchRequest, send sender) error {
	if r.Progress != nil && len(r.Then) == 0 {
		return m.progress(ctx, send)
	}
	s := &watchStream{m: m, send: send, watches: map[int64]*streamed{}}
	s.ctx, s.fail = context.WithCancelCause(ctx)
	defer s.fail(nil)
	for _, r := range append([]*api.WatchRequest{r}, r.Then...) {
		if err := s.take(r); err != nil {
			return err
		}
	}
	<-s.ctx.Done()
	return context.Cause(s.ctx)
}

func (s *watchStream) take(r *api.WatchRequest) error {
	switch {
	case r.Create != nil:
		return s.create(r.Create)
	case r.Cancel != nil:
		return s.cancel(r.Cancel.WatchID)
	case r.Progress != nil:
		return s.progress()
	}
	return nil // etcd passes over what it does not know
}

// Why a watch cannot begin, in etcd's words (server/storage/mvcc/watcher.go).
var (
	errWatchRange     = errors.New("mvcc: watcher range is empty")
	errWatchDuplicate = errors.New("mvcc: duplicate watch ID provided on the WatchStream")
)

// noWatch is the ID in answers that are about no watch in particular.
const noWatch = -1

func (s *watchStream) create(r *api.WatchCreateRequest) error {
	m := s.m
	if r.RequireLeader && m.leaderless() {
		return errNoLeader
	}
	w := m.newWatcher(r, s.tell)
	id, one, err := s.begin(w, r)
	var refused *rpc.Failure
	switch {
	case errors.As(err, &refused):
		return err
	case err != nil:
		w.id = noWatch
		return w.tell(&api.WatchResponse{Header: m.header(), Created: true, Canceled: true, CancelReason: err.Error()})
	}
	w.id, w.onSynced = id, func() { close(one.synced) }
	ctx, cancel := context.WithCancel(s.ctx)
	one.cancel = cancel
	m.emit(event.Event{Type: event.Watch, Member: m.cfg.Name, What: "created", Key: w.shown(), Rev: w.next})
	if err := w.tell(&api.WatchResponse{Header: m.header(), Created: true}); err != nil {
		cancel()
		return err
	}
	go s.run(ctx, w, r)
	return nil
}

// begin gives a watch its ID: the one it asks for, or the next that is free. The
// error is a *rpc.Failure if the stream cannot go on.
func (s *watchStream) begin(w *watcher, r *api.WatchCreateRequest) (id int64, one *streamed, err error) {
	if err := s.m.mayWatch(s.ctx, r); err != nil {
		return 0, nil, errors.New(statusText(err))
	}
	if w.in.Empty() {
		return 0, nil, errWatchRange
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if id = r.WatchID; id == 0 {
		for id = s.next; s.watches[id] != nil; id++ {
		}
		s.next = id + 1
	}
	switch {
	case s.watches[id] != nil:
		return 0, nil, errWatchDuplicate
	case len(s.watches) >= watchesMost:
		return 0, nil, &rpc.Failure{Code: "ResourceExhausted", Text: fmt.Sprintf("a stream has at most %d watches here", watchesMost)}
	}
	one = &streamed{synced: make(chan struct{})}
	s.watches[id] = one
	return id, one, nil
}

// run serves one watch to its end. One that was compacted away has told so; any
// other reason ends the stream.
func (s *watchStream) run(ctx context.Context, w *watcher, r *api.WatchCreateRequest) {
	err := w.run(ctx, r)
	why := "closed"
	if err != nil {
		why = err.Error()
	}
	if ctx.Err() != nil && s.ctx.Err() == nil {
		err, why = errUnwatched, errUnwatched.Error()
	}
	s.m.emit(event.Event{Type: event.Watch, Member: s.m.cfg.Name, What: "canceled", Key: w.shown(), Rev: w.next, Why: why})
	s.end(w.id)
	if !errors.Is(err, mvcc.ErrCompacted) && err != errUnwatched {
		s.fail(err)
	}
}

func (s *watchStream) end(id int64) *streamed {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.watches[id]
	delete(s.watches, id)
	if one != nil {
		one.cancel()
	}
	return one
}

// cancel ends a watch; of one that there is not, etcd says nothing.
func (s *watchStream) cancel(id int64) error {
	if s.end(id) == nil {
		return nil
	}
	return s.tell(api.Marshal(&api.WatchResponse{Header: s.m.header(), WatchID: id, Canceled: true}), network.Label{Msg: "reply", Method: "Watch", OK: true})
}

// progress tells how far all watches are, once all have told what there was.
func (s *watchStream) progress() error {
	s.mu.Lock()
	all := make([]*streamed, 0, len(s.watches))
	for _, one := range s.watches {
		all = append(all, one)
	}
	s.mu.Unlock()
	for _, one := range all {
		select {
		case <-one.synced:
		case <-s.ctx.Done():
			return context.Cause(s.ctx)
		}
	}
	return s.m.progress(s.ctx, s.tell)
}

// tell sends one message of any of the watches.
func (s *watchStream) tell(body []byte, label network.Label) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	return s.send(body, label)
}
