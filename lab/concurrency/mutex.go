package concurrency

import (
	"context"
	"errors"

	"quorumlab/lab/api"
)

// ErrSessionExpired means that the lease was lost while its owner waited.
var ErrSessionExpired = errors.New("mutex: session is expired")

// Mutex is a lock that whoever shares its name shares.
type Mutex struct {
	s      *Session
	prefix string
	key    string
	header api.Header
}

// NewMutex makes a lock of a name for a session.
func NewMutex(s *Session, name string) *Mutex {
	return &Mutex{s: s, prefix: name + "/", key: s.key(name + "/")}
}

// Key is the session's own key.
func (m *Mutex) Key() string { return m.key }

// Header is that of the answer by which the lock was acquired.
func (m *Mutex) Header() api.Header { return m.header }

// Lock waits for the lock. If ctx ends first the session's place in the queue is
// given up, for which cleanup may take its time.
func (m *Mutex) Lock(ctx, cleanup context.Context) error {
	from, end := below(m.prefix)
	oldest := &api.RequestOp{Range: &api.RangeRequest{
		Key: from, RangeEnd: end, Limit: 1, SortTarget: api.SortByCreate, SortOrder: api.SortAscend,
	}}
	resp, err := m.s.Client.Txn(ctx, &api.TxnRequest{
		Compare: []*api.Compare{created(m.key, 0)},
		Success: []*api.RequestOp{put(m.key, "", m.s.Lease), oldest},
		Failure: []*api.RequestOp{get(m.key), oldest},
	})
	if err != nil {
		return err
	}
	mine := resp.Header.Revision
	if !resp.Succeeded {
		mine = resp.Responses[0].Range.Kvs[0].CreateRevision
	}
	if first := resp.Responses[1].Range.Kvs; len(first) == 0 || first[0].CreateRevision == mine {
		m.header = resp.Header
		return nil
	}
	return m.wait(ctx, cleanup, mine)
}

// wait waits until the session's key is the oldest.
func (m *Mutex) wait(ctx, cleanup context.Context, mine int64) error {
	err := waitDeletes(ctx, m.s.Client, m.prefix, mine-1)
	var resp *api.RangeResponse
	if err == nil {
		resp, err = m.s.Client.Range(ctx, &api.RangeRequest{Key: []byte(m.key)})
	}
	switch {
	case err != nil:
		_ = m.Unlock(cleanup) // the lease ends anyway
		return err
	case len(resp.Kvs) == 0:
		return ErrSessionExpired
	}
	m.header = resp.Header
	return nil
}

// Unlock gives the lock, or the place in the queue, up.
func (m *Mutex) Unlock(ctx context.Context) error {
	_, err := m.s.Client.DeleteRange(ctx, &api.DeleteRangeRequest{Key: []byte(m.key)})
	return err
}
