package lab

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/condition"
	"quorumlab/lab/labctl"
	"quorumlab/lab/member"
)

// This file, with fault.go, is labctl.World: what the `lab` command sees.

// Members tells the state of all members.
func (w *World) Members() []labctl.Member {
	all := make([]labctl.Member, len(w.machines()))
	for i, n := range w.machines() {
		all[i] = w.describe(n)
	}
	return all
}

func (w *World) describe(n *node) labctl.Member {
	fsync, full := n.disk.State()
	w.mu.Lock()
	id := n.id
	w.mu.Unlock()
	m := labctl.Member{
		Name: n.name, ID: member.FormatID(id), Address: n.ip, State: "down", Fsync: fsync, Full: full, Corrupt: n.corrupt,
	}
	for _, port := range []int{clientPort, peerPort} {
		if n.host.Blocked(port) {
			m.Dropped = append(m.Dropped, port)
		}
	}
	w.mu.Lock()
	p, paused := n.proc, n.paused
	m.Why = n.why
	w.mu.Unlock()
	if p == nil {
		return m
	}
	s := p.Status()
	m.ID, m.Term, m.Last, m.Commit, m.Applied, m.Revision = member.FormatID(s.ID), s.Term, s.Last, s.Commit, s.Applied, s.Rev
	m.Role = roleName(s.Role)
	m.Leader = s.Leader
	if s.Learner {
		m.Role = "learner"
	}
	switch {
	case paused:
		m.State = "paused"
	case p.Joined():
		m.State = "up"
	default:
		m.State = "starting"
	}
	return m
}

func roleName(s raft.RaftState) string {
	switch s {
	case raft.Leader:
		return "leader"
	case raft.Candidate:
		return "candidate"
	}
	return "follower"
}

// Links tells the state of all links between members.
func (w *World) Links() []labctl.Link {
	var all []labctl.Link
	w.eachPair(func(a, b *node) {
		s := w.net.LinkState(a.name, b.name)
		all = append(all, labctl.Link{From: a.name, To: b.name, Cut: s.Cut, Latency: s.Latency, Jitter: s.Jitter, LossPermille: s.LossPermille})
	})
	return all
}

// logLinesKept is how many log lines of each member can be read in the lab.
const logLinesKept = 500

// Logs gives a member's latest log lines, oldest first.
func (w *World) Logs(name string) ([]string, error) {
	n, err := w.mustNode(name)
	if err != nil {
		return nil, err
	}
	w.emitting.Lock()
	defer w.emitting.Unlock()
	return append([]string(nil), n.log...), nil
}

// keepLog remembers a log line; emitting is held.
func (w *World) keepLog(name, line string) {
	n := w.node(name)
	if n == nil {
		return
	}
	if len(n.log) == logLinesKept {
		copy(n.log, n.log[1:])
		n.log = n.log[:logLinesKept-1]
	}
	n.log = append(n.log, line)
}

// Until waits until a condition holds.
func (w *World) Until(ctx context.Context, source string) (seen string, err error) {
	c, err := condition.Compile(source, condition.Position{})
	if err != nil {
		return "", err
	}
	for {
		holds, seen, err := w.evaluate(c)
		if err != nil || holds {
			return seen, err
		}
		select {
		case <-time.After(Tick):
		case <-ctx.Done():
			return seen, ctx.Err()
		}
	}
}

func (w *World) evaluate(c *condition.Condition) (bool, string, error) {
	w.emitting.Lock()
	defer w.emitting.Unlock()
	w.model.Advance(time.Since(w.born).Microseconds())
	return c.Eval(&w.model)
}

// Writer gives a way to write from a host to whoever leads now, else to any
// member, over one connection.
func (w *World) Writer(host string) (put func(ctx context.Context, key, value string) error, done func()) {
	endpoints := make([]string, 0, len(w.machines()))
	if leader := w.leaderName(); leader != "" {
		endpoints = append(endpoints, w.clientURL(leader))
	} else {
		for _, n := range w.machines() {
			endpoints = append(endpoints, n.clientURL())
		}
	}
	secured, err := w.ownTLS()
	c := w.dialer(host)(client.Config{Endpoints: endpoints, TLS: secured})
	return func(ctx context.Context, key, value string) error {
		if err != nil {
			return err
		}
		_, err := c.Put(ctx, &api.PutRequest{Key: []byte(key), Value: []byte(value)})
		var failed *client.Error
		if errors.As(err, &failed) && !failed.Definite {
			return fmt.Errorf("%s (it may have happened)", failed.Desc)
		}
		return err
	}, c.Close
}
