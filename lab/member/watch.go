package member

import (
	"context"
	"errors"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/event"
	"quorumlab/lab/mvcc"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
)

// progressInterval is etcd's --watch-progress-notify-interval.
const progressInterval = 10 * time.Minute

// A watch that requires a leader ends when none was known at so many looks, an
// election timeout apart (server/etcdserver/api/v3rpc/interceptor.go).
const leaderLooks = 3

// watcher is one watch that this member serves from what it has applied, on a
// goroutine of its own.
type watcher struct {
	m      *Member
	send   sender
	id     int64
	in     mvcc.Interval
	next   int64 // revision to go on from
	prev   bool
	noPut  bool
	noDel  bool
	synced bool // it has what there is: from now on each transaction is told by itself

	onSynced func() // called when that is so
}

func (m *Member) newWatcher(r *api.WatchCreateRequest, send sender) *watcher {
	w := &watcher{m: m, send: send, in: mvcc.Interval{Key: r.Key, End: r.RangeEnd}, next: r.StartRevision, prev: r.PrevKv}
	if len(w.in.Key) == 0 {
		w.in.Key = []byte{0} // the smallest key
	}
	if now := m.machine.store.Rev(); w.next <= 0 {
		w.next = now + 1
	}
	for _, f := range r.Filters {
		w.noPut = w.noPut || f == api.FilterNoPut
		w.noDel = w.noDel || f == api.FilterNoDelete
	}
	return w
}

// run tells what happens. The error says why it cannot go on: mvcc.ErrCompacted,
// errNoLeader, or that of the connection or the context.
func (w *watcher) run(ctx context.Context, r *api.WatchCreateRequest) error {
	looks, missed := ticks(r.RequireLeader, ElectionTimeout), 0
	defer looks.Stop()
	idle := ticks(r.ProgressNotify, progressInterval)
	defer idle.Stop()
	for {
		_, changed := w.m.machine.applied()
		told, err := w.catchUp()
		if err != nil {
			return err
		}
		if told && r.ProgressNotify {
			idle.Reset(progressInterval)
		}
		select {
		case <-changed:
		case <-looks.C:
			if missed++; !w.m.leaderless() {
				missed = 0
			}
			if missed == leaderLooks {
				return errNoLeader
			}
		case <-idle.C:
			err = w.tell(&api.WatchResponse{Header: w.m.header()})
		case <-ctx.Done():
			return ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// ticks is a ticker, or one that never ticks.
func ticks(on bool, every time.Duration) *time.Ticker {
	t := time.NewTicker(every)
	if !on {
		t.Stop()
	}
	return t
}

func (m *Member) leaderless() bool {
	leader, _ := m.raft.LeaderWithID()
	return leader == ""
}

// catchUp tells what was applied since.
func (w *watcher) catchUp() (told bool, err error) {
	for {
		w.m.cfg.Host.WaitWhilePaused()
		events, next, err := w.m.machine.store.Since(w.next, w.in, w.prev)
		if err != nil {
			return told, w.compacted()
		}
		if events = w.filter(events); len(events) > 0 {
			told = true
			if err := w.events(events); err != nil {
				return told, err
			}
		}
		w.next = next
		if next > w.m.machine.store.Rev() {
			if !w.synced {
				w.synced = true
				w.onSynced()
			}
			return told, nil
		}
	}
}

func (w *watcher) filter(events []*api.Event) []*api.Event {
	if !w.noPut && !w.noDel {
		return events
	}
	kept := events[:0]
	for _, e := range events {
		if e.Type == api.EventPut && !w.noPut || e.Type == api.EventDelete && !w.noDel {
			kept = append(kept, e)
		}
	}
	return kept
}

// events tells events: history all at once, what is new by transaction.
func (w *watcher) events(events []*api.Event) error {
	for len(events) > 0 {
		n, rev := len(events), w.m.machine.store.Rev()
		if w.synced {
			rev = events[0].Kv.ModRevision
			for n = 1; n < len(events) && events[n].Kv.ModRevision == rev; n++ {
			}
		}
		h := w.m.header()
		h.Revision = rev
		if err := w.tell(&api.WatchResponse{Header: h, Events: events[:n]}); err != nil {
			return err
		}
		events = events[n:]
	}
	return nil
}

// compacted tells that what comes next is not kept any more.
func (w *watcher) compacted() error {
	h := w.m.header()
	h.Revision = 0
	resp := &api.WatchResponse{Header: h, Canceled: true, CompactRevision: w.m.machine.store.CompactRev()}
	if err := w.tell(resp); err != nil {
		return err
	}
	return mvcc.ErrCompacted
}

// keyShown bounds what an event shows of a key, in bytes.
const keyShown = 256

func (w *watcher) shown() string { return string(w.in.Key[:min(len(w.in.Key), keyShown)]) }

func (w *watcher) tell(resp *api.WatchResponse) error {
	resp.WatchID = w.id
	if len(resp.Events) > 0 {
		w.m.emit(event.Event{
			Type: event.Watch, Member: w.m.cfg.Name, What: "event", Key: w.shown(), Rev: resp.Header.Revision, Entries: len(resp.Events),
		})
	}
	return w.send(api.Marshal(resp), network.Label{Msg: "reply", Method: "Watch", Key: w.shown(), OK: !resp.Canceled})
}

// progress answers how far this member's watches are: as far as it has applied.
func (m *Member) progress(ctx context.Context, send sender) error {
	m.cfg.Host.WaitWhilePaused()
	if err := ctx.Err(); err != nil {
		return err
	}
	return send(api.Marshal(&api.WatchResponse{Header: m.header(), WatchID: noWatch}), network.Label{Msg: "reply", Method: "Watch", OK: true})
}

// statusText is an error as gRPC prints it.
func statusText(err error) string {
	var f *rpc.Failure
	if errors.As(failure(err), &f) {
		return "rpc error: code = " + f.Code + " desc = " + f.Text
	}
	return err.Error()
}
