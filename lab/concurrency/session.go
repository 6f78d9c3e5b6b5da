// Package concurrency is etcd's recipes for locks and elections
// (https://pkg.go.dev/go.etcd.io/etcd/client/v3/concurrency): a key for each who
// wants something, attached to the lease of its session, and whose key is the
// oldest has it.
package concurrency

import (
	"context"
	"errors"
	"strconv"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
)

// Session is a lease that is kept alive for as long as somebody lives who holds
// locks or offices by it.
type Session struct {
	Client client.Client
	Lease  int64
	done   chan struct{}
	stop   context.CancelFunc
}

// TTL is how long a session outlives its owner if nothing else is said, in
// seconds.
const TTL = 60

// NewSession makes a session; ctx bounds the making of it, and the session ends
// by Orphan.
func NewSession(ctx context.Context, c client.Client, ttl int64) (*Session, error) {
	resp, err := c.LeaseGrant(ctx, &api.LeaseGrantRequest{TTL: ttl})
	if err != nil {
		return nil, err
	}
	s := &Session{Client: c, Lease: resp.ID, done: make(chan struct{})}
	alive, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	go func() {
		defer close(s.done)
		_ = c.KeepAlive(alive, s.Lease, func(*api.LeaseKeepAliveResponse) {})
	}()
	return s, nil
}

// Done is closed when the lease is gone, or not kept alive any more.
func (s *Session) Done() <-chan struct{} { return s.done }

// Orphan stops to keep the lease alive.
func (s *Session) Orphan() {
	s.stop()
	<-s.done
}

// key is the session's own key below a name.
func (s *Session) key(prefix string) string {
	return prefix + strconv.FormatUint(uint64(s.Lease), 16)
}

// below is the range of all keys that begin with a prefix, which ends in "/".
func below(prefix string) (key, end []byte) {
	return []byte(prefix), []byte(prefix[:len(prefix)-1] + "0")
}

// created is the condition that a key was created at a revision; 0: it does not
// exist.
func created(key string, rev int64) *api.Compare {
	return &api.Compare{Target: api.CompareCreate, Key: []byte(key), CreateRevision: &rev}
}

func put(key, value string, lease int64) *api.RequestOp {
	return &api.RequestOp{Put: &api.PutRequest{Key: []byte(key), Value: []byte(value), Lease: lease}}
}

func get(key string) *api.RequestOp {
	return &api.RequestOp{Range: &api.RangeRequest{Key: []byte(key)}}
}

// errWatchEnded is a watch that was told that it cannot go on.
var errWatchEnded = errors.New("concurrency: the watch ended")

// waitDeletes waits until no key below a prefix is left that was created at or
// before a revision: for the newest of them first.
func waitDeletes(ctx context.Context, c client.Client, prefix string, rev int64) error {
	from, end := below(prefix)
	for {
		resp, err := c.Range(ctx, &api.RangeRequest{
			Key: from, RangeEnd: end, Limit: 1, SortTarget: api.SortByCreate, SortOrder: api.SortDescend, MaxCreateRevision: rev,
		})
		if err != nil {
			return err
		}
		if len(resp.Kvs) == 0 {
			return nil
		}
		if err := waitDelete(ctx, c, resp.Kvs[0].Key, resp.Header.Revision); err != nil {
			return err
		}
	}
}

// errStop ends a watch that has seen enough.
var errStop = errors.New("seen")

func waitDelete(ctx context.Context, c client.Client, key []byte, rev int64) error {
	err := c.Watch(ctx, &api.WatchCreateRequest{Key: key, StartRevision: rev}, func(w *api.WatchResponse) error {
		for _, e := range w.Events {
			if e.Type == api.EventDelete {
				return errStop
			}
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
