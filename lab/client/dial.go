package client

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/event"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
	"quorumlab/lab/secure"
)

// Timings of the real client (client/v3: options.go, client.go) and of gRPC.
const (
	roundPause    = 25 * time.Millisecond // after a round over the endpoints
	maxAttempts   = 100
	dialPatience  = 20 * time.Second // one attempt to connect
	redialPause   = 1 * time.Second  // gRPC's first backoff
	redialPauseMx = 5 * time.Second
)

// Origin is where a client runs and how the world hears of its requests.
type Origin struct {
	Host *network.Host
	// MemberAt names the member that serves at ip:port, for events.
	MemberAt func(ip string) string
	Emit     func(event.Event)
	NextID   func() uint64 // numbers requests in the whole world
}

// NewDialer makes clients on a host of the simulated network.
func NewDialer(o Origin) Dialer {
	return func(c Config) Client { return newClient(o, c) }
}

type client struct {
	origin    Origin
	config    Config
	endpoints []*endpoint
	ctx       context.Context
	stop      context.CancelFunc
	changed   chan struct{} // pulsed when a connection came or went
	token     token
}

// endpoint keeps one connection alive, as a gRPC subconnection does.
type endpoint struct {
	c    *client
	ip   string
	port int
	tls  *tls.Config // nil: plain text

	mu      sync.Mutex
	conn    *rpc.Conn // ready to call
	lastErr error     // of the last attempt to connect
	started bool
}

func newClient(o Origin, config Config) *client {
	c := &client{origin: o, config: config, changed: make(chan struct{}, 1)}
	c.ctx, c.stop = context.WithCancel(context.Background())
	for _, e := range config.Endpoints {
		ip, port := parseEndpoint(e)
		c.endpoints = append(c.endpoints, &endpoint{c: c, ip: ip, port: port, tls: config.secure(e, ip)})
	}
	for _, e := range c.endpoints {
		e.start()
	}
	return c
}

// parseEndpoint takes "host:port", "http://host:port" or a bare host.
func parseEndpoint(s string) (string, int) {
	if _, rest, found := strings.Cut(s, "://"); found {
		s = rest
	}
	s = strings.TrimSuffix(s, "/")
	host, digits, found := strings.Cut(s, ":")
	port, err := strconv.Atoi(digits)
	if !found || err != nil {
		port = 443 // gRPC's default
	}
	return host, port
}

// target is what the real client's warnings name: the first endpoint.
func (c *client) target() string {
	if len(c.config.Endpoints) == 0 {
		return ""
	}
	_, rest, found := strings.Cut(c.config.Endpoints[0], "://")
	if !found {
		return c.config.Endpoints[0]
	}
	return rest
}

func (c *client) Close() {
	c.stop()
	for _, e := range c.endpoints {
		e.mu.Lock()
		if e.conn != nil {
			e.conn.Close()
		}
		e.mu.Unlock()
	}
}

func (c *client) pulse() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

func (e *endpoint) start() {
	if !e.started {
		e.started = true
		go e.keepConnected()
	}
}

func (e *endpoint) keepConnected() {
	pause := redialPause
	for e.c.ctx.Err() == nil {
		if e.connect() {
			pause = redialPause
			continue
		}
		select {
		case <-time.After(pause):
		case <-e.c.ctx.Done():
			return
		}
		pause = min(pause*2, redialPauseMx)
	}
}

// connect dials, waits for the greeting and then for the end of the
// connection. It tells whether the connection was ever ready.
func (e *endpoint) connect() bool {
	wire, err := e.c.origin.Host.Dial(e.ip, e.port, dialPatience)
	if e.c.ctx.Err() != nil {
		if wire != nil {
			wire.Close()
		}
		return false
	}
	if err != nil {
		e.fail(fmt.Errorf("transport: Error while dialing: %w", dialText(err)))
		return false
	}
	var carrier net.Conn = wire
	if e.tls != nil {
		safe, err := e.handshake(wire)
		if err != nil {
			e.fail(fmt.Errorf("transport: authentication handshake failed: %w", err))
			return false
		}
		carrier = safe
	}
	conn := rpc.NewConn(carrier)
	select {
	case <-conn.Ready():
	case <-conn.Done():
		e.fail(fmt.Errorf("error reading server preface: %w", conn.Err()))
		return false
	case <-e.c.ctx.Done():
		conn.Close()
		return false
	}
	e.mu.Lock()
	e.conn, e.lastErr = conn, nil
	e.mu.Unlock()
	e.c.pulse()
	select {
	case <-conn.Done():
	case <-e.c.ctx.Done():
		conn.Close()
	}
	e.mu.Lock()
	e.conn = nil
	e.mu.Unlock()
	e.c.pulse()
	return true
}

// secure is the TLS of an endpoint: the scheme decides, and without one whether
// there is a configuration.
func (c *Config) secure(endpoint, host string) *tls.Config {
	scheme, _, found := strings.Cut(endpoint, "://")
	if found && scheme != "https" || !found && c.TLS == nil {
		return nil
	}
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	if c.TLS != nil {
		config = c.TLS.Clone()
	}
	config.ServerName = host
	return config
}

func (e *endpoint) handshake(wire *network.Conn) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(e.c.ctx, dialPatience)
	defer cancel()
	return secure.Client(ctx, wire, e.tls)
}

// dialText is Go's own text for a failed dial.
func dialText(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && errors.Is(op.Err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("dial tcp %v: i/o timeout", op.Addr)
	}
	return err
}

func (e *endpoint) fail(err error) {
	e.mu.Lock()
	e.lastErr = err
	e.mu.Unlock()
	e.c.pulse()
}

func (e *endpoint) state() (*rpc.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.conn != nil && e.conn.Err() != nil {
		return nil, e.lastErr
	}
	return e.conn, e.lastErr
}

// settle is how long a client waits for an endpoint earlier in its list than
// one that is ready already, so that endpoints are tried in turn.
const settle = 50 * time.Millisecond

// pick waits for a connection: the first endpoint, in order and beginning with
// from, that is ready. If none gets ready before ctx ends, the error is the
// last one that a connection met.
func (c *client) pick(ctx context.Context, from int) (*endpoint, *rpc.Conn, error) {
	if e, conn, certain := c.firstReady(from); conn != nil && certain {
		return e, conn, nil
	}
	patience := time.NewTimer(settle)
	defer patience.Stop()
	impatient := false
	for {
		e, conn, certain := c.firstReady(from)
		if conn != nil && (certain || impatient) {
			return e, conn, nil
		}
		select {
		case <-c.changed:
		case <-patience.C:
			impatient = true
		case <-ctx.Done():
			if conn != nil {
				return e, conn, nil
			}
			return nil, nil, c.notReady(ctx)
		}
	}
}

// firstReady is certain if no endpoint before it is still connecting.
func (c *client) firstReady(from int) (e *endpoint, conn *rpc.Conn, certain bool) {
	certain = true
	for i := range c.endpoints {
		e := c.endpoints[(from+i)%len(c.endpoints)]
		conn, failed := e.state()
		if conn != nil {
			return e, conn, certain
		}
		if failed == nil {
			certain = false
		}
	}
	return nil, nil, false
}

func (c *client) notReady(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return &Error{Code: Canceled, Desc: context.Canceled.Error(), Definite: true}
	}
	var last error
	for _, e := range c.endpoints {
		if _, err := e.state(); err != nil {
			last = err
		}
	}
	if last == nil {
		return &Error{Code: DeadlineExceeded, Desc: "context deadline exceeded while waiting for connections to become ready", Definite: true}
	}
	return &Error{Code: DeadlineExceeded, Desc: fmt.Sprintf("latest balancer error: connection error: desc = %q", last), Definite: true}
}

// what describes a request for events.
type what struct {
	key, value   []byte
	serializable bool
}

// policy says which failures of a call may be tried again.
type policy int

const (
	retryReads  policy = iota // anything Unavailable: a read can be repeated
	retryWrites               // only what certainly was not sent
	retryNever                // nothing that a server has answered
)

// call makes a unary call with the real client's retries.
func (c *client) call(ctx context.Context, method string, req any, resp any, p policy, w what) error {
	body := api.Marshal(req)
	id := c.origin.NextID()
	var err error
	reached := false
	for attempt := 0; attempt < maxAttempts; attempt++ {
		var e *endpoint
		var conn *rpc.Conn
		from := attempt
		if p == retryWrites {
			from = 0
		}
		e, conn, err = c.pick(ctx, from)
		if err == nil {
			reached = true
			c.asked(id, e, method, w)
			err = c.once(c.as(ctx, method), conn, method, body, resp, w)
			c.told(id, e, method, resp, err, w)
		}
		if err == nil {
			return nil
		}
		c.warn(conn, method, attempt, err)
		if ctx.Err() == nil && c.stale(err, method) {
			if err := c.Authenticate(ctx); err != nil {
				return err
			}
			continue
		}
		if ctx.Err() != nil || !again(err, p) {
			if !reached {
				c.unsent(id, method, err, w)
			}
			return err
		}
		if (attempt+1)%len(c.endpoints) == 0 {
			select {
			case <-time.After(roundPause):
			case <-ctx.Done():
			}
		}
	}
	return err
}

// again tells whether a failed call is made again while its own time is not
// over: also after a server's DeadlineExceeded, which says that its time was
// over and nothing was done.
func again(err error, p policy) bool {
	var e *Error
	if !errors.As(err, &e) || e.Code != Unavailable && e.Code != DeadlineExceeded {
		return false
	}
	return p == retryReads || p == retryWrites && e.Definite
}

func (c *client) warn(conn *rpc.Conn, method string, attempt int, err error) {
	if c.config.Retry == nil {
		return
	}
	a := Attempt{Target: c.target(), Method: method, N: attempt, Err: err}
	if conn != nil {
		a.Peer, a.Local, a.Secure = conn.RemoteAddr().String(), conn.LocalAddr().String(), conn.Secure()
	}
	c.config.Retry(a)
}

// once makes one attempt over one connection.
func (c *client) once(ctx context.Context, conn *rpc.Conn, method string, body []byte, resp any, w what) error {
	if err := fits("trying to send", len(body), cmp.Or(c.config.SendBytesMax, sendBytesMax), false); err != nil {
		return err
	}
	got, err := conn.Call(ctx, method, body, network.Label{Msg: "request", Method: short(method), Key: shown(w.key, keyShown)})
	if err != nil {
		return asError(err)
	}
	if err := fits("grpc: received", len(got), cmp.Or(c.config.ReceiveBytesMax, math.MaxInt32), true); err != nil {
		return err
	}
	if err := api.Unmarshal(got, resp); err != nil {
		return &Error{Code: Unknown, Desc: err.Error()}
	}
	return nil
}

// asError says how a call failed and whether its outcome is known.
func asError(err error) error {
	var f *rpc.Failure
	switch {
	case errors.As(err, &f):
		definite := f.Text != "etcdserver: request timed out" && f.Text != "etcdserver: server stopped"
		return &Error{Code: Code(f.Code), Desc: f.Text, Definite: definite}
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: DeadlineExceeded, Desc: "context deadline exceeded"}
	case errors.Is(err, context.Canceled):
		return &Error{Code: Canceled, Desc: "context canceled"}
	}
	return &Error{Code: Unavailable, Desc: "error reading from server: EOF"}
}

func short(method string) string { return method[strings.LastIndexByte(method, '/')+1:] }

// What events show of a key and a value, in bytes.
const (
	keyShown   = 256
	valueShown = 256
)

func shown(b []byte, most int) string {
	if len(b) > most {
		b = b[:most]
	}
	return string(b)
}

func (c *client) asked(id uint64, e *endpoint, method string, w what) {
	c.origin.Emit(event.Event{
		Type: event.Request, ID: id, Client: c.origin.Host.Name(), Member: c.origin.MemberAt(e.ip), Method: short(method),
		Key: shown(w.key, keyShown), Value: shown(w.value, valueShown), Serializable: w.serializable,
	})
}

// unsent tells of a call that reached nobody: it was meant for the first
// endpoint, and failed there.
func (c *client) unsent(id uint64, method string, err error, w what) {
	c.asked(id, c.endpoints[0], method, w)
	c.told(id, c.endpoints[0], method, nil, err, w)
}

func (c *client) told(id uint64, e *endpoint, method string, resp any, err error, w what) {
	ev := event.Event{Type: event.Reply, ID: id, Client: c.origin.Host.Name(), Member: c.origin.MemberAt(e.ip), Method: short(method),
		OK: err == nil, Serializable: w.serializable}
	var failed *Error
	if errors.As(err, &failed) {
		ev.Error, ev.Unknown = failed.Desc, !failed.Definite
	}
	if err == nil {
		ev.Rev = revision(resp)
		found(&ev, resp, w)
	}
	c.origin.Emit(ev)
}

// found tells what a read came to: how many keys there are, and the value if the
// first of them is the one that was asked for.
func found(ev *event.Event, resp any, w what) {
	r, ok := resp.(*api.RangeResponse)
	if !ok {
		return
	}
	ev.Keys = r.Count
	if len(r.Kvs) > 0 && bytes.Equal(r.Kvs[0].Key, w.key) {
		ev.Value = shown(r.Kvs[0].Value, valueShown)
	}
}

func revision(resp any) int64 {
	switch r := resp.(type) {
	case *api.RangeResponse:
		return r.Header.Revision
	case *api.PutResponse:
		return r.Header.Revision
	case *api.DeleteRangeResponse:
		return r.Header.Revision
	case *api.CompactionResponse:
		return r.Header.Revision
	case interface{ Head() *api.Header }:
		return r.Head().Revision
	}
	return 0
}

func (c *client) Range(ctx context.Context, r *api.RangeRequest) (*api.RangeResponse, error) {
	resp := new(api.RangeResponse)
	return resp, c.call(ctx, "/etcdserverpb.KV/Range", r, resp, retryReads, what{key: r.Key, serializable: r.Serializable})
}

func (c *client) Put(ctx context.Context, r *api.PutRequest) (*api.PutResponse, error) {
	resp := new(api.PutResponse)
	return resp, c.call(ctx, "/etcdserverpb.KV/Put", r, resp, retryWrites, what{key: r.Key, value: r.Value})
}

func (c *client) DeleteRange(ctx context.Context, r *api.DeleteRangeRequest) (*api.DeleteRangeResponse, error) {
	resp := new(api.DeleteRangeResponse)
	return resp, c.call(ctx, "/etcdserverpb.KV/DeleteRange", r, resp, retryWrites, what{key: r.Key})
}

func (c *client) Compact(ctx context.Context, r *api.CompactionRequest) (*api.CompactionResponse, error) {
	resp := new(api.CompactionResponse)
	return resp, c.call(ctx, "/etcdserverpb.KV/Compact", r, resp, retryWrites, what{})
}

func (c *client) MemberList(ctx context.Context, r *api.MemberListRequest) (*api.MemberListResponse, error) {
	resp := new(api.MemberListResponse)
	return resp, c.call(ctx, "/etcdserverpb.Cluster/MemberList", r, resp, retryReads, what{serializable: !r.Linearizable})
}

func (c *client) Status(ctx context.Context, r *api.StatusRequest) (*api.StatusResponse, error) {
	resp := new(api.StatusResponse)
	return resp, c.call(ctx, "/etcdserverpb.Maintenance/Status", r, resp, retryReads, what{serializable: true})
}

func (c *client) HashKV(ctx context.Context, r *api.HashKVRequest) (*api.HashKVResponse, error) {
	resp := new(api.HashKVResponse)
	return resp, c.call(ctx, "/etcdserverpb.Maintenance/HashKV", r, resp, retryReads, what{serializable: true})
}

func (c *client) Alarm(ctx context.Context, r *api.AlarmRequest) (*api.AlarmResponse, error) {
	resp := new(api.AlarmResponse)
	return resp, c.call(ctx, "/etcdserverpb.Maintenance/Alarm", r, resp, retryReads, what{})
}

func (c *client) Snapshot(ctx context.Context, chunk func(*api.SnapshotResponse) error) error {
	if err := c.Authenticate(ctx); err != nil { // as the real one does before each stream
		return err
	}
	e, conn, err := c.pick(ctx, 0)
	if err != nil {
		return err
	}
	const method = "/etcdserverpb.Maintenance/Snapshot"
	ctx = c.as(ctx, method)
	id := c.origin.NextID()
	c.asked(id, e, method, what{serializable: true})
	var refused error
	err = conn.Stream(ctx, method, api.Marshal(&api.SnapshotRequest{}), network.Label{Msg: "request", Method: short(method)}, func(b []byte) error {
		var resp api.SnapshotResponse
		if err := api.Unmarshal(b, &resp); err != nil {
			return err
		}
		refused = chunk(&resp)
		return refused
	})
	if err != nil && refused == nil {
		err = asError(err)
	}
	c.told(id, e, method, nil, err, what{serializable: true})
	return err
}
