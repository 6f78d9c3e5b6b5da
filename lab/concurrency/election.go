package concurrency

import (
	"context"

	"quorumlab/lab/api"
)

// Election is an office that whoever shares its name runs for.
type Election struct {
	s      *Session
	prefix string
	key    string
	rev    int64 // at which key was created
}

// NewElection makes an election of a name for a session.
func NewElection(s *Session, name string) *Election {
	return &Election{s: s, prefix: name + "/", key: s.key(name + "/")}
}

// Key is the session's own key.
func (e *Election) Key() string { return e.key }

// Campaign waits until the session is elected, with a value that all can see. If
// ctx ends first it resigns, for which cleanup may take its time.
func (e *Election) Campaign(ctx, cleanup context.Context, value string) error {
	resp, err := e.s.Client.Txn(ctx, &api.TxnRequest{
		Compare: []*api.Compare{created(e.key, 0)},
		Success: []*api.RequestOp{put(e.key, value, e.s.Lease)},
		Failure: []*api.RequestOp{get(e.key)},
	})
	if err != nil {
		return err
	}
	e.rev = resp.Header.Revision
	if !resp.Succeeded { // the answer to an earlier attempt was lost
		e.rev = resp.Responses[0].Range.Kvs[0].CreateRevision
	}
	if err := waitDeletes(ctx, e.s.Client, e.prefix, e.rev-1); err != nil {
		if ctx.Err() != nil {
			_ = e.Resign(cleanup) // the lease ends anyway
		}
		return err
	}
	return nil
}

// Resign gives the office up, if it is held.
func (e *Election) Resign(ctx context.Context) error {
	_, err := e.s.Client.Txn(ctx, &api.TxnRequest{
		Compare: []*api.Compare{created(e.key, e.rev)},
		Success: []*api.RequestOp{{DeleteRange: &api.DeleteRangeRequest{Key: []byte(e.key)}}},
	})
	return err
}

// Observe tells who is elected, and each who is after that, and what they
// proclaim, until ctx ends or it cannot go on.
func (e *Election) Observe(ctx context.Context, each func(*api.RangeResponse)) error {
	for {
		resp, err := e.leader(ctx)
		if err != nil {
			return err
		}
		each(resp)
		if err := e.reign(ctx, resp, each); err != nil {
			return err
		}
	}
}

// leader waits for somebody who is elected.
func (e *Election) leader(ctx context.Context) (*api.RangeResponse, error) {
	from, end := below(e.prefix)
	resp, err := e.s.Client.Range(ctx, &api.RangeRequest{
		Key: from, RangeEnd: end, Limit: 1, SortTarget: api.SortByCreate, SortOrder: api.SortAscend,
	})
	if err != nil || len(resp.Kvs) > 0 {
		return resp, err
	}
	request := &api.WatchCreateRequest{Key: from, RangeEnd: end, StartRevision: resp.Header.Revision}
	err = e.s.Client.Watch(ctx, request, func(w *api.WatchResponse) error {
		for _, ev := range w.Events {
			if ev.Type == api.EventPut {
				resp = &api.RangeResponse{Header: w.Header, Kvs: []*api.KeyValue{ev.Kv}}
				resp.Header.Revision = ev.Kv.ModRevision
				return errStop
			}
		}
		return nil
	})
	switch err {
	case errStop:
		return resp, nil
	case nil:
		err = errWatchEnded
	}
	return nil, err
}

// reign tells what the one who is elected proclaims, until the key is deleted.
func (e *Election) reign(ctx context.Context, elected *api.RangeResponse, each func(*api.RangeResponse)) error {
	request := &api.WatchCreateRequest{Key: elected.Kvs[0].Key, StartRevision: elected.Header.Revision + 1}
	err := e.s.Client.Watch(ctx, request, func(w *api.WatchResponse) error {
		for _, ev := range w.Events {
			if ev.Type == api.EventDelete {
				return errStop
			}
			each(&api.RangeResponse{Header: w.Header, Kvs: []*api.KeyValue{ev.Kv}})
		}
		return nil
	})
	switch err {
	case errStop:
		return nil
	case nil:
		return errWatchEnded
	}
	return err
}
