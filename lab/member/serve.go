package member

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/http1"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
	"quorumlab/lab/txn"
)

// Methods between members.
const (
	methodPropose   = "propose"
	methodReadIndex = "read-index"
)

// maxRequestBytes is etcd's --max-request-bytes.
const maxRequestBytes = 1.5 * (1 << 20)

// maxReceiveBytes is what gRPC takes in besides: 512 KiB of overhead.
const maxReceiveBytes = maxRequestBytes + 512<<10

// serveClients accepts connections to the client port. A member that has not
// joined yet accepts, but does not greet: to a client it is not ready.
func (m *Member) serveClients(l *network.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go m.serveClient(c.(*network.Conn))
	}
}

func (m *Member) serveClient(wire *network.Conn) {
	select {
	case <-m.joined:
	case <-m.ctx.Done():
		wire.Close()
		return
	}
	c, ok := m.secured(wire, m.ports.clients, "client")
	if !ok {
		return
	}
	var first [1]byte
	n, err := c.Read(first[:])
	switch {
	case n == 0 || err != nil:
		c.Close()
	case first[0] == rpc.Magic:
		rpc.Serve(m.ctx, c, m.counted(c.RemoteAddr().String()))
	case looksLikeHTTP(first[0]):
		http1.Serve(m.ctx, c, first[:], m.serveHTTP)
	default:
		m.limited("warn", "", "embed/config_logging.go:194", "rejected connection on client endpoint",
			field("remote-addr", c.RemoteAddr().String()), field("server-name", ""), field("error", "the connection speaks neither HTTP nor rpc"))
		c.Close()
	}
}

// sender answers with one message of a stream.
type sender = func(body []byte, label network.Label) error

// answer carries out one client request.
func (m *Member) answer(ctx context.Context, method string, body []byte, send sender) ([]byte, network.Label, error) {
	m.cfg.Host.WaitWhilePaused()
	resp, err := m.dispatch(ctx, method, body, send)
	label := network.Label{Msg: "reply", Method: shortMethod(method), OK: err == nil}
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = errTimeout
		}
		return nil, label, failure(err)
	}
	if resp == nil {
		return nil, label, nil
	}
	return api.Marshal(resp), label, nil
}

// shortMethod is "Put" for "/etcdserverpb.KV/Put".
func shortMethod(method string) string {
	for i := len(method) - 1; i >= 0; i-- {
		if method[i] == '/' {
			return method[i+1:]
		}
	}
	return method
}

func (m *Member) dispatch(ctx context.Context, method string, body []byte, send sender) (any, error) {
	if n := len(body); n > maxReceiveBytes {
		return nil, &rpc.Failure{Code: "ResourceExhausted", Text: fmt.Sprintf("grpc: received message larger than max (%d vs. %d)", n, int(maxReceiveBytes))}
	}
	if m.isLearner() && !learnerMay(method, body) {
		return nil, errLearner
	}
	if err := m.guard(ctx, method); err != nil {
		return nil, err
	}
	switch method {
	case "/etcdserverpb.KV/Range":
		return serve(body, func(r *api.RangeRequest) (any, error) { return m.rangeKeys(ctx, r) })
	case "/etcdserverpb.KV/Put":
		return serve(body, func(r *api.PutRequest) (any, error) { return m.put(ctx, r) })
	case "/etcdserverpb.KV/DeleteRange":
		return serve(body, func(r *api.DeleteRangeRequest) (any, error) { return m.deleteRange(ctx, r) })
	case "/etcdserverpb.KV/Compact":
		return serve(body, func(r *api.CompactionRequest) (any, error) {
			return m.write(ctx, &Command{Compaction: r})
		})
	case "/etcdserverpb.Maintenance/Status":
		return m.status(), nil
	case "/etcdserverpb.Maintenance/HashKV":
		return serve(body, func(r *api.HashKVRequest) (any, error) { return m.hashKV(r) })
	case "/etcdserverpb.Maintenance/Hash":
		return m.hash()
	case "/etcdserverpb.Maintenance/Snapshot":
		return nil, m.snapshot(send)
	case "/etcdserverpb.Maintenance/Defragment":
		return m.defragment()
	case "/etcdserverpb.Maintenance/Downgrade":
		return serve(body, func(r *api.DowngradeRequest) (any, error) { return m.downgrade(ctx, r) })
	}
	if strings.HasPrefix(method, authService) {
		return m.serveAuth(ctx, method, body)
	}
	if one := services[method]; one != nil {
		return one(m, ctx, body, send)
	}
	return nil, errUnknownService
}

func serve[R any](body []byte, handle func(*R) (any, error)) (any, error) {
	var r R
	if err := api.Unmarshal(body, &r); err != nil {
		return nil, &rpc.Failure{Code: "Internal", Text: err.Error()}
	}
	return handle(&r)
}

func (m *Member) header() api.Header {
	return api.Header{
		ClusterID: m.identity.ClusterID, MemberID: m.identity.MemberID,
		Revision: m.machine.store.Rev(), RaftTerm: m.raft.CurrentTerm(),
	}
}

func (m *Member) rangeKeys(ctx context.Context, r *api.RangeRequest) (any, error) {
	if err := txn.CheckRange(r); err != nil {
		return nil, err
	}
	if !r.Serializable {
		if err := m.linearize(ctx); err != nil {
			return nil, err
		}
	}
	var resp *api.RangeResponse
	err := m.permitted(ctx, r.Key, r.RangeEnd, func() (err error) {
		resp, err = m.machine.store.Range(r)
		return err
	})
	if err != nil {
		return nil, err
	}
	rev := resp.Header.Revision
	resp.Header = m.header()
	resp.Header.Revision = rev
	return resp, nil
}

func (m *Member) put(ctx context.Context, r *api.PutRequest) (any, error) {
	if err := txn.CheckPut(r); err != nil {
		return nil, err
	}
	return m.write(ctx, &Command{Put: r})
}

func (m *Member) deleteRange(ctx context.Context, r *api.DeleteRangeRequest) (any, error) {
	if err := txn.CheckDelete(r); err != nil {
		return nil, err
	}
	return m.write(ctx, &Command{DeleteRange: r})
}

// write proposes a command and waits until it is applied here.
func (m *Member) write(ctx context.Context, c *Command) (any, error) {
	if err := m.sign(ctx, c); err != nil {
		return nil, err
	}
	if err := m.available(ctx, c); err != nil {
		return nil, err
	}
	resp, err := m.submit(ctx, c)
	if err != nil {
		return nil, err
	}
	m.setHeader(resp)
	return resp, nil
}

// submit proposes a command of the member's own, or one that was looked at, and
// gives what came of it here.
func (m *Member) submit(ctx context.Context, c *Command) (any, error) {
	c.ID = m.ids.Add(1)
	data := api.Marshal(c)
	if len(data) > maxRequestBytes {
		return nil, errTooLarge
	}
	o := m.proposeCounted(ctx, c.ID, data)
	return o.resp, o.err
}

// setHeader completes the header, which holds the revision already.
func (m *Member) setHeader(resp any) {
	var h *api.Header
	switch r := resp.(type) {
	case *api.PutResponse:
		h = &r.Header
	case *api.DeleteRangeResponse:
		h = &r.Header
	case *api.CompactionResponse:
		h = &r.Header
	case interface{ Head() *api.Header }:
		h = r.Head()
	default:
		return
	}
	h.ClusterID, h.MemberID, h.RaftTerm = m.identity.ClusterID, m.identity.MemberID, m.raft.CurrentTerm()
}

// propose brings a command into the log, through whoever leads, and waits for
// its outcome, RequestTimeout at most. A command whose fate is unknown (the
// leader was lost while it was under way) is waited for all that time: it may
// be committed yet.
func (m *Member) propose(ctx context.Context, id uint64, data []byte) outcome {
	own := m.machine.await(id)
	defer m.machine.forget(id)
	began := time.Now()
	f := fateNotProposed
	if m.raft.State() == raft.Leader {
		var o outcome
		if o, f = m.proposeHere(data, own); f == fateDecided {
			return o
		}
	}
	ctx, cancel := context.WithDeadline(ctx, began.Add(RequestTimeout))
	defer cancel()
	if f == fateUnknown {
		return m.awaitOwn(ctx, own)
	}
	led := false // there was a leader
	for {
		leader, _ := m.raft.LeaderWithID()
		led = led || leader != ""
		o, decided := m.proposeOnce(ctx, data, own)
		if decided {
			return o
		}
		select {
		case o := <-own:
			return o
		case <-time.After(redial):
		case <-ctx.Done():
			if !led {
				return outcome{err: errNotProposed}
			}
			return outcome{err: ctx.Err()}
		}
	}
}

// proposeOnce makes one attempt; not decided means that the command certainly
// is in nobody's log, so that another attempt is safe.
func (m *Member) proposeOnce(ctx context.Context, data []byte, own <-chan outcome) (o outcome, decided bool) {
	leader, _ := m.raft.LeaderWithID()
	switch {
	case m.raft.State() == raft.Leader:
		o, f := m.proposeHere(data, own)
		if f == fateUnknown {
			return m.awaitOwn(ctx, own), true
		}
		return o, f == fateDecided
	case leader == "":
		return o, false
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	replies := make(chan error, 1)
	go func() {
		_, err := m.peers.call(ctx, m, dialAddress(string(leader)), methodPropose, data, network.Label{Msg: "forward"})
		replies <- err
	}()
	select {
	case o := <-own:
		return o, true
	case err := <-replies:
		return m.forwarded(ctx, err, own)
	case <-ctx.Done():
		return outcome{err: ctx.Err()}, true
	}
}

// forwarded judges a leader's answer to a forwarded command. A command that
// was committed is answered when this member has applied it, as etcd does: who
// wrote through it reads the write from it.
func (m *Member) forwarded(ctx context.Context, err error, own <-chan outcome) (outcome, bool) {
	var failed *rpc.Failure
	switch {
	case errors.Is(err, errUnreachable):
		return outcome{}, false
	case errors.As(err, &failed) && failed.Code == codeNotLeader:
		return outcome{}, false
	}
	return m.awaitOwn(ctx, own), true
}

// awaitOwn waits for a command that may be committed: by what this member
// itself applies.
func (m *Member) awaitOwn(ctx context.Context, own <-chan outcome) outcome {
	select {
	case o := <-own:
		return o
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	}
}

// fate is what became of a command that was given to raft.
type fate int

const (
	fateNotProposed fate = iota // certainly in nobody's log
	fateDecided                 // there is an outcome
	fateUnknown                 // it may be committed yet
)

// proposeHere gives a command to this member's raft, which leads. What comes of
// it is taken from own, where the state machine has put it by then; nil: nobody
// here asks.
func (m *Member) proposeHere(data []byte, own <-chan outcome) (outcome, fate) {
	err := m.raft.Apply(data, 0).Error()
	switch {
	case err == nil && own == nil:
		return outcome{}, fateDecided
	case err == nil:
		return <-own, fateDecided
	case errors.Is(err, raft.ErrNotLeader), errors.Is(err, raft.ErrLeadershipTransferInProgress):
		return outcome{}, fateNotProposed
	case errors.Is(err, raft.ErrRaftShutdown):
		return outcome{err: errServerStopped}, fateDecided
	}
	return outcome{}, fateUnknown
}

// codeNotLeader is an answer between members only: certainly not proposed.
const codeNotLeader = "NotLeader"

// servePeer carries out one request of another member.
func (m *Member) servePeer(ctx context.Context, method string, body []byte, _ sender) ([]byte, network.Label, error) {
	m.cfg.Host.WaitWhilePaused()
	ctx, cancel := context.WithTimeout(ctx, RequestTimeout)
	defer cancel()
	switch method {
	case methodReadIndex:
		label := network.Label{Msg: "read-index-reply"}
		index, err := m.confirmed(ctx)
		if err != nil {
			return nil, label, &rpc.Failure{Code: codeNotLeader, Text: err.Error()}
		}
		label.OK, label.Index = true, index
		return encode64(index), label, nil
	case methodPropose:
		return m.serveForward(body)
	case methodLeaseRenew, methodLeaseTTL:
		return m.serveLease(ctx, method, body)
	}
	if b, served, err := m.servePeerCluster(ctx, method, body); served {
		return b, network.Label{Msg: "probe-reply", OK: err == nil}, err
	}
	return nil, network.Label{}, errUnknownService
}

func (m *Member) serveForward(data []byte) ([]byte, network.Label, error) {
	label := network.Label{Msg: "forward-reply"}
	o, f := m.proposeHere(data, nil)
	if f == fateNotProposed {
		return nil, label, &rpc.Failure{Code: codeNotLeader, Text: raft.ErrNotLeader.Error()}
	}
	label.OK = f == fateDecided && o.err == nil // it is committed; the one who asks applies it
	return []byte{}, label, nil
}

func (m *Member) status() *api.StatusResponse {
	s := m.Status()
	size, used := m.machine.store.Size()
	version := m.machine.version.snapshot()
	resp := &api.StatusResponse{
		Header: m.header(), Version: ServerVersion, StorageVersion: version.cluster(),
		DbSize: size, DbSizeInUse: used, DbSizeQuota: m.quota(),
		Leader: s.LeaderID, RaftIndex: s.Commit, RaftTerm: s.Term, RaftAppliedIndex: min(s.Applied, s.Commit),
		DowngradeInfo: &api.Downgrade{Enabled: version.Enabled, TargetVersion: version.Target}, IsLearner: m.isLearner(),
	}
	if s.LeaderID == 0 {
		resp.Errors = append(resp.Errors, errNoLeader.Text)
	}
	resp.Errors = append(resp.Errors, m.alarmTexts()...)
	return resp
}

func (m *Member) hashKV(r *api.HashKVRequest) (any, error) {
	hash, at, err := m.machine.store.HashAt(r.Revision)
	if err != nil {
		return nil, err
	}
	return &api.HashKVResponse{Header: m.header(), Hash: hash, HashRevision: at, CompactRevision: m.machine.store.CompactRev()}, nil
}

func encode64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }

func decode64(b []byte) uint64 {
	if len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

// errUnreachable means that a request was not sent.
var errUnreachable = errors.New("peer is not reachable")

// peers are the connections to other members that this one uses for its own
// requests, one each, dialed when first needed.
type peers struct {
	mu    sync.Mutex
	conns map[string]*rpc.Conn
}

// call makes one request of the member at address. errUnreachable means that
// it was certainly not sent.
func (p *peers) call(ctx context.Context, m *Member, address, method string, body []byte, label network.Label) ([]byte, error) {
	c, err := p.conn(m, address)
	if err != nil {
		return nil, errUnreachable
	}
	return c.Call(ctx, method, body, label)
}

func (p *peers) conn(m *Member, address string) (*rpc.Conn, error) {
	p.mu.Lock()
	c := p.conns[address]
	p.mu.Unlock()
	if c != nil && c.Err() == nil {
		return c, nil
	}
	wire, err := m.dialPeer(address, peerTimeout)
	if err != nil {
		return nil, err
	}
	fresh := rpc.NewPeerConn(wire)
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.conns[address]; c != nil && c.Err() == nil {
		fresh.Close()
		return c, nil
	}
	if p.conns == nil {
		p.conns = map[string]*rpc.Conn{}
	}
	p.conns[address] = fresh
	return fresh, nil
}
